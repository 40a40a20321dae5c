"""Two records of one person become one, and their followers with them."""

import pytest

from catalog import merging
from catalog.models import Contribution
from newsletter import follows
from newsletter.models import Follow, FollowEvidence, Told
from tests.books import make_contributor, make_edition, make_work

pytestmark = pytest.mark.django_db


@pytest.fixture
def bronstein(db):
    """Trotsky again, under another name, with a book of his own."""
    person = make_contributor("Lev Bronstein")
    make_edition(make_work("Our Revolution", author=person))
    return person


@pytest.fixture
def merge(admin_user):
    """Merge as the admin does: followers first, then the books."""

    def merge(gone, kept):
        merging.merge(kept=kept, gone=gone, by=admin_user)

    return merge


def test_a_follower_goes_over_and_hears_of_new_books_only(
    merge, follow, bronstein, trotsky, publish, tell, mailoutbox
):
    follow(bronstein)
    follow(trotsky, "bob@example.org")

    merge(bronstein, trotsky)
    tell()
    assert mailoutbox == []
    publish("Where Is Britain Going?", trotsky)
    tell()

    assert {mail.to[0] for mail in mailoutbox} == {"ada@example.org", "bob@example.org"}
    assert {mail.subject for mail in mailoutbox} == {
        "New from Leon Trotsky: Where Is Britain Going?"
    }


def test_news_that_waited_is_told_after_the_merging(
    merge, follow, bronstein, trotsky, publish, tell, mailoutbox
):
    follow(bronstein)
    publish("Just out", bronstein)

    merge(bronstein, trotsky)
    tell()

    assert [mail.subject for mail in mailoutbox] == ["New from Leon Trotsky: Just out"]


def test_books_that_were_moved_before_are_no_news(follow, bronstein, trotsky, tell, mailoutbox):
    follow(bronstein)
    follow(trotsky, "bob@example.org")

    Contribution.objects.filter(contributor=bronstein).update(contributor=trotsky)
    follows.move(gone=bronstein, kept=trotsky)
    tell()

    assert mailoutbox == []


def test_who_followed_both_follows_one_and_keeps_the_evidence(
    merge, follow, bronstein, trotsky, publish, tell, mailoutbox
):
    both = [follow(bronstein), follow(trotsky)]
    for each in both:
        FollowEvidence.objects.create(follow=each, act="confirmed", wording="Shown")
    work = publish("Together", bronstein)
    Contribution.objects.create(work=work, contributor=trotsky, role="B01", position=1)
    tell()

    merge(bronstein, trotsky)
    tell()

    kept = Follow.objects.get()
    assert kept.contributor == trotsky
    assert kept.evidence.count() == 2
    assert len(mailoutbox) == 1
    assert Told.objects.filter(follow=kept).count() == 3


def test_what_was_told_of_one_does_not_wait_for_the_other(
    merge, follow, bronstein, trotsky, publish, tell, mailoutbox
):
    theirs, ours = follow(bronstein), follow(trotsky)
    work = publish("Told already", bronstein)
    Contribution.objects.create(work=work, contributor=trotsky, role="B01", position=1)
    Told.objects.create(follow=theirs, work=work, state="mailed")
    Told.objects.create(follow=ours, work=work, state="waiting")

    merge(bronstein, trotsky)
    tell()

    assert mailoutbox == []


EARLY, LATE = "2026-01-01T10:00:00Z", "2026-03-01T10:00:00Z"


@pytest.mark.parametrize(
    ("theirs", "ours", "state"),
    [
        ({"confirmed_at": EARLY}, {"state": "unconfirmed"}, "confirmed"),
        ({"state": "unconfirmed"}, {"confirmed_at": EARLY}, "confirmed"),
        (
            {"confirmed_at": EARLY},
            {"state": "stopped", "confirmed_at": EARLY, "stopped_at": LATE},
            "stopped",
        ),
        ({"state": "stopped", "stopped_at": LATE}, {"confirmed_at": EARLY}, "stopped"),
        ({"state": "stopped", "stopped_at": EARLY}, {"confirmed_at": LATE}, "confirmed"),
        ({"confirmed_at": EARLY}, {"state": "stopped", "stopped_at": EARLY}, "stopped"),
        (
            {"confirmed_at": EARLY},
            {"state": "unconfirmed", "stopped_at": LATE},
            "unconfirmed",
        ),
    ],
    ids=[
        "a wish not confirmed gives way",
        "to either side",
        "stopped last",
        "stopped the other last",
        "confirmed last",
        "when in doubt, stopped",
        "stopped, asked again, not confirmed",
    ],
)
def test_what_the_reader_did_last_counts(
    merge, follow, bronstein, trotsky, theirs, ours, state
):
    follow(bronstein, **theirs)
    follow(trotsky, **ours)

    merge(bronstein, trotsky)

    assert Follow.objects.get().state == state


def test_whoever_stopped_one_is_not_written_to_about_the_other(
    merge, follow, bronstein, trotsky, publish, tell, mailoutbox
):
    follow(bronstein, state="stopped")
    follow(trotsky, "bob@example.org")
    merge(bronstein, trotsky)

    publish("Where Is Britain Going?", trotsky)
    tell()

    assert [mail.to for mail in mailoutbox] == [["bob@example.org"]]


def test_an_old_mails_link_still_stops(client, merge, follow, bronstein, trotsky):
    token = follow(bronstein).follower.token
    merge(bronstein, trotsky)

    path = f"/newsletter/following/{token}/one-click"
    client.post(path, {"List-Unsubscribe": "One-Click"})

    assert Follow.objects.get().state == "stopped"


def test_the_old_addresses_lead_on(client, merge, ask, bronstein, trotsky):
    old = bronstein.get_absolute_url()
    merge(bronstein, trotsky)

    feed = client.get(f"{old}feed/")
    asked = ask(bronstein)

    assert (feed.status_code, feed["Location"]) == (301, f"{trotsky.get_absolute_url()}feed/")
    assert asked.status_code == 303
    assert Follow.objects.get().contributor == trotsky


@pytest.mark.parametrize("readers", [1, 20])
def test_moving_costs_the_same_however_many_readers(
    follow, bronstein, trotsky, readers, django_assert_num_queries
):
    for number in range(readers):
        follow(bronstein, f"reader{number}@example.org")
        follow(trotsky, f"reader{number}@example.org")

    with django_assert_num_queries(19):
        follows.move(gone=bronstein, kept=trotsky)
