"""A reader confirms twice at the same moment, or the timer runs twice."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from newsletter import follow_emails, follows, news
from newsletter.models import Follow, Follower, FollowEvidence, Told
from newsletter.subscriptions import Evidence

pytestmark = pytest.mark.django_db(transaction=True)

HERE = Evidence(page="/")


def at_once(act, *, times=2):
    """Run `act(barrier)` in as many threads; return what each got."""
    barrier = Barrier(times, timeout=10)

    def attempt(_):
        try:
            return act(barrier)
        except IntegrityError:
            return "crashed"
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return sorted(pool.map(attempt, range(times)))


def test_looking_first_confirms_twice(follow, trotsky):
    """The control: if this stops keeping two, the test below proves nothing."""
    asked = follow(trotsky, state="unconfirmed")

    def look_and_confirm(barrier):
        mine = Follow.objects.get(pk=asked.pk)
        assert mine.state == "unconfirmed"
        barrier.wait()
        Follow.objects.filter(pk=mine.pk).update(state="confirmed", confirmed_at=timezone.now())
        FollowEvidence.objects.create(follow=mine, act="confirmed", wording="Shown")
        return "confirmed"

    at_once(look_and_confirm)
    assert FollowEvidence.objects.count() == 2


def test_confirming_twice_at_once_keeps_one_piece_of_evidence(follow, trotsky):
    asked = follow(trotsky, state="unconfirmed")

    def confirm(barrier):
        barrier.wait()
        token, now = asked.follower.token, timezone.now()
        return follows.confirm(token=token, chosen=[asked.pk], evidence=HERE, now=now)

    assert at_once(confirm) == [0, 1]
    assert FollowEvidence.objects.count() == 1
    assert list(Told.objects.values_list("state", flat=True)) == ["known"]


def test_two_forms_at_once_make_one_follower_and_one_mail(trotsky, mailoutbox):
    typed = iter(["ada@example.org", "ADA@example.org"])

    def ask(barrier):
        email = next(typed)
        with transaction.atomic():
            barrier.wait()
            follows.ask(email=email, contributor=trotsky, evidence=HERE)
        return "kept"

    assert at_once(ask) == ["kept", "kept"]
    assert (Follower.objects.count(), Follow.objects.count()) == (1, 1)
    assert len(mailoutbox) == 1


def test_looking_first_notes_a_book_twice(follow, trotsky, publish):
    """The control: if this stops crashing, the tests below prove nothing."""
    mine = follow(trotsky)
    work = publish("Where Is Britain Going?", trotsky)

    def look_and_note(barrier):
        assert not Told.objects.filter(follow=mine, work=work).exists()
        barrier.wait()
        Told.objects.create(follow=mine, work=work, state="waiting")
        return "noted"

    assert at_once(look_and_note) == ["crashed", "noted"]


def test_looking_first_mails_a_book_twice(follow, trotsky, publish, mailoutbox):
    """The control: if this stops mailing twice, the tests below prove nothing."""
    follower = follow(trotsky).follower
    publish("Where Is Britain Going?", trotsky)
    news.note_news()

    def look_and_mail(barrier):
        told = list(Told.objects.filter(state="waiting").values_list("pk", flat=True))
        assert told
        barrier.wait()
        context = {**follow_emails._news(told), **follow_emails._frame(follower)}
        follow_emails.mail.send(to=follower.email, template="follow_news", context=context)
        Told.objects.filter(pk__in=told).update(state="mailed")
        return "mailed"

    at_once(look_and_mail)
    assert len(mailoutbox) == 2


def test_two_timers_at_once_tell_each_book_once(follow, trotsky, publish, mailoutbox):
    for number in range(3):
        follow(trotsky, f"reader{number}@example.org")
    publish("Where Is Britain Going?", trotsky)

    def go_round(barrier):
        barrier.wait()
        call_command("tell_followers", verbosity=0)
        return "done"

    assert at_once(go_round) == ["done", "done"]
    assert sorted(mail.to[0] for mail in mailoutbox) == [
        f"reader{number}@example.org" for number in range(3)
    ]


def test_a_task_that_runs_five_times_mails_once(follow, trotsky, publish, mailoutbox):
    follower = follow(trotsky).follower
    publish("Where Is Britain Going?", trotsky)
    news.note_news()

    def run(barrier):
        barrier.wait()
        follow_emails.tell.call(follower.pk)
        return "done"

    assert at_once(run, times=5) == ["done"] * 5
    assert len(mailoutbox) == 1
