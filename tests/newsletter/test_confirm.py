"""The button behind the link in the first mail."""

import pytest
from django.test import Client
from django.urls import reverse

from newsletter.models import Consent


def confirm_url(subscriber):
    return reverse("newsletter:confirm", args=[subscriber.token])


def test_opening_the_link_changes_nothing(client, newcomer):
    """Mail scanners open every link."""
    response = client.get(confirm_url(newcomer))

    newcomer.refresh_from_db()
    assert response.status_code == 200
    assert "Yes, send me these emails" in response.text
    assert (newcomer.state, newcomer.confirmed_at) == ("unconfirmed", None)


def test_the_button_confirms(client, newcomer):
    response = client.post(confirm_url(newcomer), follow=True, REMOTE_ADDR="2001:db8:1:2::9")

    newcomer.refresh_from_db()
    assert "You are subscribed" in response.text
    assert newcomer.state == "confirmed"
    assert newcomer.confirmed_at is not None
    consent = Consent.objects.get()
    assert (consent.act, consent.topics) == ("confirmed", newcomer.topics)
    assert (consent.page, consent.network) == ("/newsletter/confirm/", "2001:db8:1::/48")
    assert "Yes, send me these emails" in consent.wording


def test_pressing_twice_confirms_once(client, newcomer):
    client.post(confirm_url(newcomer))
    newcomer.refresh_from_db()
    first = newcomer.confirmed_at

    client.post(confirm_url(newcomer))

    newcomer.refresh_from_db()
    assert newcomer.confirmed_at == first
    assert Consent.objects.count() == 1


def test_another_site_cannot_press_the_button(newcomer):
    client = Client(enforce_csrf_checks=True)

    response = client.post(confirm_url(newcomer))

    newcomer.refresh_from_db()
    assert (response.status_code, newcomer.state) == (403, "unconfirmed")


@pytest.mark.parametrize("name", ["confirm", "preferences", "unsubscribe"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_unknown_link_says_how_to_sign_up_again(client, db, name, method):
    url = reverse(f"newsletter:{name}", args=["lost-in-the-mail"])

    response = getattr(client, method)(url, {"topics": ["events"]})

    assert response.status_code == 404
    assert "This link is not valid" in response.text
    assert "sign up again" in response.text


def test_a_link_with_a_nul_is_only_unknown(client, db):
    assert client.get("/newsletter/confirm/a%00b/").status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_old_mail_cannot_bring_back_whoever_left(client, leaver, method):
    response = getattr(client, method)(confirm_url(leaver))

    leaver.refresh_from_db()
    assert (response.status_code, leaver.state) == (404, "unsubscribed")


@pytest.mark.parametrize("name", ["confirm", "preferences", "unsubscribe"])
def test_pages_behind_a_link_are_not_stored_or_indexed(client, reader, name):
    response = client.get(reverse(f"newsletter:{name}", args=[reader.token]))

    assert "no-store" in response["Cache-Control"]
    assert '<meta name="robots" content="noindex">' in response.text
    assert reader.email not in response.text
