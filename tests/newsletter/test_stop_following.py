"""Stopping: each author or all, on a page, or by the mail program's own button."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from newsletter.models import Follow, FollowEvidence

pytestmark = pytest.mark.django_db


def url(name, follow):
    return reverse(f"newsletter:{name}", args=[follow.follower.token])


def states():
    return dict(Follow.objects.values_list("contributor__name", "state"))


@pytest.fixture
def both(follow, trotsky, luxemburg):
    """One address, two authors."""
    return [follow(trotsky), follow(luxemburg)]


@pytest.mark.parametrize("name", ["following", "follow-one-click"])
def test_opening_the_link_shows_the_authors_and_changes_nothing(client, both, name):
    page = client.get(url(name, both[0]))

    assert page.status_code == 200
    for person in ["Leon Trotsky", "Rosa Luxemburg"]:
        assert person in page.text
    assert set(states().values()) == {"confirmed"}


def test_one_author_is_stopped_and_the_other_stays(client, both):
    page = client.post(url("following", both[0]), {"follow": both[0].pk}, follow=True)

    assert states() == {"Leon Trotsky": "stopped", "Rosa Luxemburg": "confirmed"}
    assert "Saved. We tell you about new books by: Rosa Luxemburg." in page.text
    assert "You hear no more about new books by" in page.text
    assert FollowEvidence.objects.get().follow == both[0]


def test_all_are_stopped_with_one_button(client, both):
    page = client.post(url("following", both[0]), {"all": "yes"}, follow=True)

    assert set(states().values()) == {"stopped"}
    assert "You follow nobody" in page.text


def test_nobody_stops_what_another_address_follows(client, follow, trotsky, both):
    theirs = follow(trotsky, "bob@example.org")

    client.post(url("following", both[0]), {"follow": theirs.pk})

    theirs.refresh_from_db()
    assert theirs.state == "confirmed"


@pytest.mark.parametrize(
    "body",
    [
        {
            "data": "List-Unsubscribe=One-Click",
            "content_type": "application/x-www-form-urlencoded",
        },
        {"data": {"List-Unsubscribe": "One-Click"}},
    ],
    ids=["urlencoded", "multipart"],
)
def test_one_click_stops_all_needs_no_cookie_and_never_redirects(both, follow, body):
    provider = Client(enforce_csrf_checks=True)

    answers = [provider.post(url("follow-one-click", both[0]), **body) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert not any(answer.cookies for answer in answers)
    assert set(states().values()) == {"stopped"}
    assert FollowEvidence.objects.count() == 2
    assert "RFC 8058" in FollowEvidence.objects.first().wording


def test_one_click_stops_what_was_not_confirmed_yet(client, follow, trotsky):
    asked = follow(trotsky, state="unconfirmed")

    client.post(url("follow-one-click", asked), {"List-Unsubscribe": "One-Click"})

    confirmed = client.post(url("follow-confirm", asked), {"follow": asked.pk})
    assert confirmed.status_code == 303
    assert states() == {"Leon Trotsky": "stopped"}


def test_one_click_wants_the_words_of_the_standard(client, both):
    answer = client.post(url("follow-one-click", both[0]), {"anything": "else"})

    assert answer.status_code == 400
    assert set(states().values()) == {"confirmed"}


def test_one_click_for_a_deleted_follower_is_answered_alike(client, both):
    path = url("follow-one-click", both[0])
    both[0].follower.delete()

    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200


@pytest.mark.parametrize("name", ["preferences", "unsubscribe"])
def test_the_newsletters_pages_show_whom_the_address_follows(
    client, make_subscriber, both, follow, trotsky, name
):
    subscriber = make_subscriber("ADA@example.org", "confirmed")
    follow(trotsky, "bob@example.org")

    page = client.get(reverse(f"newsletter:{name}", args=[subscriber.token])).text

    assert f'name="follow" value="{both[0].pk}"' in page
    assert f'action="{url("following", both[0])}"' in page
    assert page.count('name="follow"') == 2


@pytest.mark.parametrize("name", ["following", "preferences", "unsubscribe"])
def test_each_stop_button_carries_the_token_against_other_sites(make_subscriber, both, name):
    subscriber = make_subscriber(state="confirmed")
    token = both[0].follower.token if name == "following" else subscriber.token
    browser = Client(enforce_csrf_checks=True)
    page = browser.get(reverse(f"newsletter:{name}", args=[token])).text
    form = page.split(f'action="{url("following", both[0])}"')[1]
    secret = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form.split("</form>")[0])[1]

    sent = {"follow": both[0].pk, "csrfmiddlewaretoken": secret}
    answer = browser.post(url("following", both[0]), sent)

    both[0].refresh_from_db()
    assert (answer.status_code, both[0].state) == (303, "stopped")


def test_another_site_cannot_stop(both):
    answer = Client(enforce_csrf_checks=True).post(url("following", both[0]), {"all": "yes"})

    assert answer.status_code == 403
    assert set(states().values()) == {"confirmed"}
