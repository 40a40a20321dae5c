"""Leaving: by a button on a page, or by the mail program's own button."""

import pytest
from django.test import Client
from django.urls import reverse

from newsletter.models import Consent


@pytest.fixture
def mail_provider():
    """A client without cookies that holds us to every CSRF token."""
    return Client(enforce_csrf_checks=True)


def url(name, subscriber):
    return reverse(f"newsletter:{name}", args=[subscriber.token])


@pytest.mark.parametrize("name", ["unsubscribe", "one-click"])
def test_opening_the_link_changes_nothing(client, reader, name):
    response = client.get(url(name, reader))

    reader.refresh_from_db()
    assert (response.status_code, reader.state) == (200, "confirmed")
    assert f'action="{url("unsubscribe", reader)}"' in response.text


def test_the_button_unsubscribes_at_once(client, reader):
    response = client.post(url("unsubscribe", reader), follow=True)

    reader.refresh_from_db()
    assert "You are unsubscribed" in response.text
    assert reader.state == "unsubscribed"
    assert reader.unsubscribed_at is not None
    assert Consent.objects.get().act == "left"


@pytest.mark.parametrize("name", ["unsubscribe", "preferences"])
def test_another_site_cannot_press_the_button(mail_provider, reader, name):
    response = mail_provider.post(url(name, reader))

    reader.refresh_from_db()
    assert (response.status_code, reader.state) == (403, "confirmed")


@pytest.mark.parametrize("state", ["unconfirmed", "confirmed"])
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
def test_one_click_needs_no_cookie_and_never_redirects(
    mail_provider, make_subscriber, body, state
):
    subscriber = make_subscriber(state=state)

    response = mail_provider.post(url("one-click", subscriber), **body)

    subscriber.refresh_from_db()
    assert (response.status_code, subscriber.state) == (200, "unsubscribed")
    assert not response.cookies
    assert "RFC 8058" in Consent.objects.get().wording


def test_a_second_click_is_answered_alike_and_changes_nothing(mail_provider, reader):
    for _ in range(2):
        response = mail_provider.post(
            url("one-click", reader), {"List-Unsubscribe": "One-Click"}
        )

    assert response.status_code == 200
    assert Consent.objects.count() == 1


def test_one_click_for_a_deleted_subscriber_is_answered_alike(mail_provider, reader):
    path = url("one-click", reader)
    reader.delete()

    response = mail_provider.post(path, {"List-Unsubscribe": "One-Click"})

    assert response.status_code == 200


def test_one_click_wants_the_words_of_the_standard(mail_provider, reader):
    response = mail_provider.post(url("one-click", reader), {"anything": "else"})

    reader.refresh_from_db()
    assert (response.status_code, reader.state) == (400, "confirmed")


def test_whoever_left_by_mistake_can_come_back_at_once(client, reader, sign_up, mailoutbox):
    sign_up(reader.email)
    client.post(url("unsubscribe", reader))

    sign_up(reader.email)

    assert [m.subject.split()[0] for m in mailoutbox] == ["You", "Confirm"]
