"""Telling followers of new books, each once."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from catalog.models import Contribution, Product
from newsletter import follow_emails, follows, news
from newsletter.models import Told
from newsletter.subscriptions import Evidence
from tests.books import make_contributor, make_edition, make_work

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def test_a_new_book_is_told(settings, follow, trotsky, publish, tell, mailoutbox):
    follower = follow(trotsky).follower
    work = publish("Where Is Britain Going?", trotsky)

    tell()

    (mail,) = mailoutbox
    assert mail.to == ["ada@example.org"]
    assert mail.subject == "New from Leon Trotsky: Where Is Britain Going?"
    for body in [mail.body, mail.alternatives[0].content]:
        assert "Where Is Britain Going?" in body
        assert settings.SITE_URL + work.get_absolute_url() in body
        assert f"/newsletter/following/{follower.token}/" in body
        assert "My Life" not in body
    assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"/newsletter/following/{follower.token}/one-click" in str(mail.extra_headers)


def test_a_book_is_told_once_however_often_the_timer_runs(
    follow, trotsky, publish, tell, mailoutbox, clock
):
    follow(trotsky)
    work = publish("Where Is Britain Going?", trotsky)

    for _ in range(3):
        tell()
        clock.shift(timedelta(days=1))
    Product.objects.filter(pk=work.pk).update(is_public=False)
    tell()
    Product.objects.filter(pk=work.pk).update(is_public=True)
    clock.shift(timedelta(days=1))
    tell()

    assert len(mailoutbox) == 1


def test_a_book_that_is_hidden_is_told_when_it_can_be_seen(
    follow, trotsky, publish, tell, mailoutbox
):
    follow(trotsky)
    work = publish("Secret", trotsky, is_public=False)
    tell()
    assert mailoutbox == []

    Product.objects.filter(pk=work.pk).update(is_public=True)
    tell()

    assert mailoutbox[0].subject == "New from Leon Trotsky: Secret"


@pytest.mark.parametrize(
    ("role", "told"),
    [("A01", 1), ("B01", 1), ("B06", 1), ("B10", 1), ("A36", 0), ("A23", 0)],
    ids=["author", "editor", "translator", "both", "cover art", "foreword"],
)
def test_who_writes_edits_or_translates_is_followed(
    follow, trotsky, tell, mailoutbox, role, told
):
    follow(trotsky)
    work = make_edition(make_work("The Age of Permanent Revolution")).parent
    Contribution.objects.create(work=work, contributor=trotsky, role=role)

    tell()

    assert len(mailoutbox) == told


def test_one_mail_a_day_has_the_news_of_all_authors(
    follow, trotsky, luxemburg, publish, tell, mailoutbox, clock
):
    follow(trotsky)
    follow(luxemburg)
    publish("Where Is Britain Going?", trotsky)
    publish("The Mass Strike", luxemburg)

    tell()
    publish("Later the same day", trotsky)
    clock.shift(timedelta(hours=11, minutes=59))
    tell()
    assert len(mailoutbox) == 1
    clock.shift(timedelta(minutes=1))
    tell()

    first, second = mailoutbox
    assert first.subject.startswith("New from Rosa Luxemburg and Leon Trotsky: ") or (
        first.subject.startswith("New from Leon Trotsky and Rosa Luxemburg: ")
    )
    assert "The Mass Strike" in first.body
    assert "Where Is Britain Going?" in first.body
    assert second.subject == "New from Leon Trotsky: Later the same day"
    assert "The Mass Strike" not in second.body


def test_a_book_of_two_followed_people_is_named_once(
    follow, trotsky, luxemburg, publish, tell, mailoutbox, clock
):
    follow(trotsky)
    follow(luxemburg)
    work = publish("Together", trotsky)
    tell()
    Contribution.objects.create(work=work, contributor=luxemburg, role="B01", position=1)
    clock.shift(timedelta(days=1))
    tell()

    assert [mail.subject for mail in mailoutbox] == ["New from Leon Trotsky: Together"]


@pytest.mark.parametrize("state", ["unconfirmed", "stopped"])
def test_who_did_not_confirm_or_stopped_is_never_written_to(
    follow, trotsky, publish, tell, mailoutbox, state
):
    follow(trotsky, state=state)
    publish("Where Is Britain Going?", trotsky)

    tell()

    assert mailoutbox == []


def test_who_stops_between_the_timer_and_the_mail_is_not_written_to(
    follow, trotsky, publish, mailoutbox
):
    follower = follow(trotsky).follower
    publish("Where Is Britain Going?", trotsky)
    news.note_news()

    now = timezone.now()
    follows.stop(token=follower.token, shown="Stop", evidence=Evidence(page="/"), now=now)
    follow_emails.tell.call(follower.pk)

    assert mailoutbox == []


def test_what_waited_when_the_reader_stopped_is_not_told_after_coming_back(
    follow, trotsky, publish, tell, mailoutbox
):
    mine = follow(trotsky)
    publish("Missed", trotsky)
    news.note_news()
    here, now = Evidence(page="/"), timezone.now()
    follows.stop(token=mine.follower.token, shown="Stop", evidence=here, now=now)

    follows.ask(email=mine.follower.email, contributor=trotsky, evidence=here)
    follows.confirm(token=mine.follower.token, chosen=[mine.pk], evidence=here, now=now)
    tell()

    assert mailoutbox == []


def test_a_book_hidden_before_the_mail_left_waits(follow, trotsky, publish, tell, mailoutbox):
    follow(trotsky)
    work = publish("Too early", trotsky)
    news.note_news()
    Product.objects.filter(pk=work.pk).update(is_public=False)
    tell()
    assert mailoutbox == []

    Product.objects.filter(pk=work.pk).update(is_public=True)
    tell()

    assert len(mailoutbox) == 1


def test_a_book_given_to_the_wrong_author_is_not_told_once_that_is_mended(
    follow, trotsky, publish, tell, mailoutbox
):
    follow(trotsky)
    work = publish("Not his", trotsky)
    news.note_news()
    work.contributions.all().delete()

    tell()

    assert mailoutbox == []


def test_a_mail_that_could_not_leave_is_tried_again_in_the_next_hour(
    follow, trotsky, publish, tell, mailoutbox, monkeypatch, clock
):
    follower = follow(trotsky).follower
    publish("Where Is Britain Going?", trotsky)
    news.note_news()

    def refuse(**_):
        raise ConnectionRefusedError

    with monkeypatch.context() as broken:
        broken.setattr(follow_emails.mail, "send", refuse)
        with pytest.raises(ConnectionRefusedError):
            follow_emails.tell.call(follower.pk)
    follower.refresh_from_db()
    assert follower.told_at is None

    clock.shift(timedelta(hours=1))
    tell()
    tell()

    assert len(mailoutbox) == 1


def test_a_question_that_could_not_leave_is_tried_again(
    follow, trotsky, mailoutbox, monkeypatch
):
    follower = follow(trotsky, state="unconfirmed").follower

    def refuse(**_):
        raise ConnectionRefusedError

    with monkeypatch.context() as broken:
        broken.setattr(follow_emails.mail, "send", refuse)
        with pytest.raises(ConnectionRefusedError):
            follow_emails.answer_follow.call(follower.pk)
    follow_emails.answer_follow.call(follower.pk)

    assert len(mailoutbox) == 1


def test_a_deleted_reader_author_or_book_breaks_nothing(
    follow, trotsky, luxemburg, publish, tell, mailoutbox
):
    deleted = follow(trotsky).follower
    follow(luxemburg, "bob@example.org")
    work = publish("Pulped", trotsky)
    news.note_news()
    key = deleted.pk

    deleted.delete()
    follow_emails.tell.call(key)
    follow_emails.answer_follow.call(key)
    work.delete()
    luxemburg.contributions.all().delete()
    luxemburg.delete()
    tell()

    assert mailoutbox == []


def test_a_long_list_is_cut(follow, trotsky, publish, tell, mailoutbox):
    follow(trotsky)
    for number in range(follow_emails.MOST_NAMED + 2):
        publish(f"Number {number}", trotsky)

    tell()

    assert "And 2 more" in mailoutbox[0].body
    assert "And 2 more" in mailoutbox[0].alternatives[0].content
    assert not Told.objects.filter(state="waiting").exists()


def test_the_command_says_what_it_did(follow, trotsky, publish, capsys):
    follow(trotsky)
    publish("Where Is Britain Going?", trotsky)

    call_command("tell_followers")

    assert capsys.readouterr().out == "Books noted: 1. Readers to be written to: 1.\n"


@pytest.mark.parametrize("books", [1, 20])
def test_a_mail_costs_the_same_however_many_books(
    follow, trotsky, publish, books, django_assert_num_queries
):
    follower = follow(trotsky).follower
    for number in range(books):
        publish(f"Number {number}", trotsky)
    news.note_news()

    with django_assert_num_queries(14):
        follow_emails.tell.call(follower.pk)


@pytest.mark.parametrize("readers", [1, 20])
def test_looking_for_news_costs_the_same_however_many_readers(
    follow, trotsky, publish, readers, django_assert_num_queries
):
    for number in range(readers):
        follow(trotsky, f"reader{number}@example.org")
    publish("Where Is Britain Going?", trotsky)

    with django_assert_num_queries(3):
        news.note_news()
        assert len(news.due(now=timezone.now())) == readers


@pytest.mark.parametrize("authors", [1, 20])
def test_confirming_costs_the_same_however_many_authors(
    follow, authors, django_assert_num_queries
):
    mine = [follow(make_contributor(f"Nr {n}"), state="unconfirmed") for n in range(authors)]
    here, now = Evidence(page="/"), timezone.now()
    keys = [each.pk for each in mine]

    with django_assert_num_queries(9):
        follows.confirm(token=mine[0].follower.token, chosen=keys, evidence=here, now=now)
