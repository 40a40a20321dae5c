"""Choosing other topics."""

import pytest
from django.urls import reverse

from newsletter.models import Consent


def url(subscriber):
    return reverse("newsletter:preferences", args=[subscriber.token])


def test_a_reader_keeps_one_topic(client, reader):
    response = client.post(url(reader), {"topics": ["events"]}, follow=True)

    reader.refresh_from_db()
    assert reader.topics == ["events"]
    assert "Saved. We will write to you about: Exclusive events." in response.text
    assert (Consent.objects.get().act, Consent.objects.get().topics) == ("changed", ["events"])


def test_the_page_shows_what_is_ticked_now(client, make_subscriber):
    reader = make_subscriber(state="confirmed", topics=["offers"])

    page = client.get(url(reader)).text.split("<footer")[0]

    assert 'value="offers" checked' in page
    assert 'value="events" checked' not in page


def test_no_topic_at_all_is_refused(client, reader):
    response = client.post(url(reader), {"topics": []})

    reader.refresh_from_db()
    assert response.status_code == 422
    assert "Tick at least one topic." in response.text
    assert len(reader.topics) == 3


@pytest.mark.parametrize("state", ["unconfirmed", "unsubscribed"])
def test_only_a_reader_can_choose(client, make_subscriber, state):
    subscriber = make_subscriber(state=state)

    responses = [
        client.get(url(subscriber)),
        client.post(url(subscriber), {"topics": ["events"]}),
    ]

    subscriber.refresh_from_db()
    assert [r.status_code for r in responses] == [404, 404]
    assert len(subscriber.topics) == 3
