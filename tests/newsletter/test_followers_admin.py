"""Followers of authors in the admin."""

import pytest
from django.urls import reverse

from newsletter.models import Follow, Follower, FollowEvidence
from tests.books import make_contributor

LIST = reverse("admin:newsletter_follower_changelist")


def page_of(follow):
    return reverse("admin:newsletter_follower_change", args=[follow.follower.pk])


@pytest.mark.parametrize("words", ["ada@", "trotsky"])
def test_staff_find_a_follower_by_address_or_author(
    admin_client, follow, trotsky, luxemburg, words
):
    follow(trotsky)
    follow(luxemburg, "bob@example.org")

    page = admin_client.get(LIST, {"q": words}).text

    assert "ada@example.org" in page
    assert "bob@example.org" not in page


def test_staff_see_how_many_follow_an_author(admin_client, follow, trotsky, luxemburg):
    follow(trotsky)
    follow(trotsky, "bob@example.org")
    follow(luxemburg, "eve@example.org", "unconfirmed")

    page = admin_client.get(LIST).text
    narrowed = admin_client.get(LIST, {"author": trotsky.pk}).text

    assert "Leon Trotsky (2)" in page
    assert "Rosa Luxemburg (" not in page
    assert "bob@example.org" in narrowed
    assert "eve@example.org" not in narrowed


def test_staff_read_the_evidence_and_no_token(admin_client, follow, trotsky):
    mine = follow(trotsky)
    FollowEvidence.objects.create(
        follow=mine, act="asked", wording="What was shown", page="/authors/leon-trotsky/"
    )

    page = admin_client.get(page_of(mine)).text

    assert "What was shown" in page
    assert "/authors/leon-trotsky/" in page
    assert mine.follower.token not in page


def test_nobody_is_added_or_confirmed_by_hand(admin_client, follow, trotsky):
    mine = follow(trotsky, state="unconfirmed")

    added = admin_client.get(reverse("admin:newsletter_follower_add"))
    changed = admin_client.post(page_of(mine), {"state": "confirmed"})

    mine.refresh_from_db()
    assert (added.status_code, changed.status_code) == (403, 403)
    assert mine.state == "unconfirmed"


def test_staff_stop_on_request(admin_client, follow, trotsky):
    mine = follow(trotsky)

    admin_client.post(LIST, {"action": "stop", "_selected_action": [mine.follower.pk]})

    mine.refresh_from_db()
    assert mine.state == "stopped"
    assert FollowEvidence.objects.get().wording == "Unsubscribed by staff on request"


def test_staff_delete_a_follower_with_the_evidence(admin_client, follow, trotsky):
    mine = follow(trotsky)
    FollowEvidence.objects.create(follow=mine, act="asked", wording="What was shown")

    url = reverse("admin:newsletter_follower_delete", args=[mine.follower.pk])
    response = admin_client.post(url, {"post": "yes"}, follow=True)

    assert response.status_code == 200
    assert not Follower.objects.exists()
    assert not FollowEvidence.objects.exists()


def test_a_followed_person_without_books_can_be_deleted(admin_client, follow):
    person = make_contributor("Nobody")
    mine = follow(person)

    url = reverse("admin:catalogue_contributor_delete", args=[person.pk])
    admin_client.post(url, {"post": "yes"})

    assert Follow.objects.get(pk=mine.pk).contributor is None
    assert admin_client.get(page_of(mine)).status_code == 200


@pytest.mark.parametrize("readers", [1, 20])
def test_the_list_costs_the_same_however_many(
    admin_client, follow, trotsky, readers, django_assert_num_queries
):
    for number in range(readers):
        follow(trotsky, f"reader{number}@example.org")

    with django_assert_num_queries(5):
        admin_client.get(LIST)
