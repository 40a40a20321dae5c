"""One address signs up twice at the same moment, or its task runs twice."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from bookstore import mail
from newsletter import emails, subscriptions
from newsletter.models import Consent, Subscriber

pytestmark = pytest.mark.django_db(transaction=True)

HERE = subscriptions.Evidence(page="/")


def at_once(act, *, times=2):
    """Run `act(barrier)` in as many threads; return what each got."""
    barrier = Barrier(times, timeout=5)

    def attempt(_):
        try:
            return act(barrier)
        except IntegrityError:
            return "crashed"
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return sorted(pool.map(attempt, range(times)))


def test_looking_first_crashes_the_second_sign_up():
    """The control: if this stops crashing, the test below proves nothing."""

    def look_and_create(barrier):
        assert not Subscriber.objects.at_address("ada@example.org").exists()
        barrier.wait()
        Subscriber.objects.create(email="ada@example.org")
        return "kept"

    assert at_once(look_and_create) == ["crashed", "kept"]


def test_two_sign_ups_make_one_row_and_one_mail(mailoutbox):
    emails_typed = iter(["ada@example.org", "ADA@example.org"])

    def sign_up(barrier):
        email = next(emails_typed)
        with transaction.atomic():
            barrier.wait()
            subscriptions.sign_up(email=email, topics=["events"], evidence=HERE)
        return "kept"

    assert at_once(sign_up) == ["kept", "kept"]
    assert Subscriber.objects.count() == 1
    assert Consent.objects.count() == 2
    assert len(mailoutbox) == 1


def test_looking_first_mails_twice(mailoutbox, newcomer):
    """The control: if this stops mailing twice, the test below proves nothing."""

    def look_and_mail(barrier):
        subscriber = Subscriber.objects.get(pk=newcomer.pk)
        assert subscriber.mailed_at is None
        barrier.wait()
        context = {"subscriber": subscriber, **emails.links(subscriber)}
        mail.send(to=subscriber.email, template="newsletter_confirm", context=context)
        Subscriber.objects.filter(pk=newcomer.pk).update(mailed_at=timezone.now())
        return "done"

    at_once(look_and_mail)
    assert len(mailoutbox) == 2


def test_a_task_that_runs_five_times_mails_once(mailoutbox, newcomer):
    def run(barrier):
        barrier.wait()
        emails.answer_signup.call(newcomer.pk)
        return "done"

    assert at_once(run, times=5) == ["done"] * 5
    assert len(mailoutbox) == 1


def test_confirming_twice_at_once_keeps_one_piece_of_evidence(newcomer):
    def confirm(barrier):
        barrier.wait()
        now = timezone.now()
        return subscriptions.confirm(token=newcomer.token, evidence=HERE, now=now).state

    assert at_once(confirm) == ["confirmed", "confirmed"]
    assert Consent.objects.count() == 1
