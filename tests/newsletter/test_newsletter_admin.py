"""Subscribers in the admin."""

import pytest
from django.urls import reverse

from newsletter.models import Consent, Subscriber

LIST = reverse("admin:newsletter_subscriber_changelist")


def page_of(subscriber):
    return reverse("admin:newsletter_subscriber_change", args=[subscriber.pk])


def test_staff_find_a_subscriber(admin_client, make_subscriber):
    make_subscriber("ada@example.org", topics=["offers"])
    make_subscriber("bob@example.org")

    page = admin_client.get(LIST, {"q": "ada"}).text

    assert "ada@example.org" in page
    assert "Special offers" in page
    assert "bob@example.org" not in page


@pytest.mark.parametrize(
    "chosen", [{"topic": "events"}, {"state__exact": "confirmed"}], ids=["topic", "state"]
)
def test_staff_narrow_the_list(admin_client, make_subscriber, chosen):
    make_subscriber("ada@example.org", state="confirmed", topics=["events"])
    make_subscriber("bob@example.org", topics=["offers"])

    page = admin_client.get(LIST, chosen).text

    assert "ada@example.org" in page
    assert "bob@example.org" not in page


def test_staff_read_the_evidence(admin_client, newcomer):
    Consent.objects.create(
        subscriber=newcomer, act="asked", wording="What was shown", page="/books/my-life/"
    )

    page = admin_client.get(page_of(newcomer)).text

    assert "What was shown" in page
    assert "/books/my-life/" in page
    assert newcomer.token not in page


def test_nobody_is_added_or_confirmed_by_hand(admin_client, newcomer):
    added = admin_client.get(reverse("admin:newsletter_subscriber_add"))
    changed = admin_client.post(page_of(newcomer), {"state": "confirmed"})

    newcomer.refresh_from_db()
    assert (added.status_code, changed.status_code) == (403, 403)
    assert newcomer.state == "unconfirmed"


def test_staff_unsubscribe_on_request(admin_client, reader):
    admin_client.post(LIST, {"action": "unsubscribe", "_selected_action": [reader.pk]})

    reader.refresh_from_db()
    assert reader.state == "unsubscribed"
    assert Consent.objects.get().wording == "Unsubscribed by staff on request"


def test_staff_delete_a_subscriber_with_the_evidence(admin_client, reader):
    Consent.objects.create(subscriber=reader, act="asked", wording="What was shown")

    url = reverse("admin:newsletter_subscriber_delete", args=[reader.pk])
    response = admin_client.post(url, {"post": "yes"}, follow=True)

    assert response.status_code == 200
    assert not Subscriber.objects.exists()
    assert not Consent.objects.exists()


@pytest.mark.parametrize("readers", [1, 20])
def test_the_list_costs_the_same_however_many(
    admin_client, make_subscriber, readers, django_assert_max_num_queries
):
    for number in range(readers):
        make_subscriber(f"reader{number}@example.org")

    with django_assert_max_num_queries(9):
        admin_client.get(LIST)
