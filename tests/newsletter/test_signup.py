"""Signing up from the foot of any page."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from newsletter import limits, wording
from newsletter.models import Consent, Subscriber

pytestmark = pytest.mark.django_db


def test_an_address_is_asked_to_confirm(settings, sign_up, mailoutbox):
    response = sign_up("Ada@Example.org")

    subscriber = Subscriber.objects.get()
    assert (response.status_code, response["Location"]) == (303, "/newsletter/thanks/")
    assert (subscriber.email, subscriber.state) == ("Ada@Example.org", "unconfirmed")
    (mail,) = mailoutbox
    assert mail.to == [subscriber.email]
    assert mail.subject == "Confirm your subscription to Meridian Press"
    link = f"{settings.SITE_URL}/newsletter/confirm/{subscriber.token}/"
    html = mail.alternatives[0].content
    assert link in mail.body
    assert link in html
    assert "New publications, Special offers, Exclusive events" in mail.body
    assert "prefers-color-scheme: dark" in html


def test_what_the_reader_saw_is_kept_as_evidence(sign_up):
    sign_up(topics=["events"], headers={"referer": "http://testserver/books/my-life/?from=x"})

    consent = Consent.objects.get()
    assert consent.act == "asked"
    assert consent.topics == ["events"]
    assert consent.page == "/books/my-life/"
    assert consent.network == "203.0.113.0/24"
    assert wording.TITLE in consent.wording
    assert "New publications, Special offers, Exclusive events" in consent.wording
    assert "We write about once a month. Leave with one click." in consent.wording


def test_the_form_shows_the_words_that_are_kept(client):
    page = client.get(reverse("newsletter:signup")).text

    for line in wording.of_signup().split("\n"):
        for words in line.split(", ") if line.startswith("New") else [line]:
            assert words in page


def test_every_topic_is_ticked_at_first(client):
    page = client.get(reverse("newsletter:signup")).text

    assert page.count(" checked>") == 2 * len(Subscriber.Topic)  # this form and the foot's


def test_the_answer_is_the_same_for_every_address(sign_up, make_subscriber):
    make_subscriber("known@example.org", "confirmed")
    make_subscriber("left@example.org", "unsubscribed")
    names = ["new", "known", "left", "new"]

    answers = [sign_up(f"{name}@example.org") for name in names]

    assert len({(a.status_code, a["Location"], a.content) for a in answers}) == 1


def test_a_reader_is_told_that_nothing_changed(sign_up, reader, mailoutbox):
    sign_up("ADA@example.org", topics=["offers"])

    reader.refresh_from_db()
    assert (reader.state, len(reader.topics)) == ("confirmed", 3)
    (mail,) = mailoutbox
    assert mail.to == ["ada@example.org"]
    assert mail.subject == "You are subscribed to Meridian Press already"
    for body in [mail.body, mail.alternatives[0].content]:
        assert f"/newsletter/preferences/{reader.token}/" in body
        assert f"/newsletter/unsubscribe/{reader.token}/" in body


def test_a_mail_carries_the_one_click_headers(settings, sign_up, mailoutbox):
    sign_up()

    token = Subscriber.objects.get().token
    url = f"{settings.SITE_URL}/newsletter/unsubscribe/{token}/one-click"
    assert mailoutbox[0].extra_headers == {
        "List-Unsubscribe": f"<{url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def test_whoever_left_is_asked_anew(sign_up, leaver, mailoutbox):
    sign_up(leaver.email, topics=["offers"])

    leaver.refresh_from_db()
    assert (leaver.state, leaver.topics) == ("unconfirmed", ["offers"])
    assert mailoutbox[0].subject.startswith("Confirm")


def test_an_address_gets_one_mail_in_ten_minutes(sign_up, mailoutbox):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        sign_up()
        clock.shift(timedelta(minutes=9, seconds=59))
        sign_up()
        assert len(mailoutbox) == 1

        clock.shift(timedelta(seconds=1))
        sign_up()

    assert len(mailoutbox) == 2
    assert Subscriber.objects.count() == 1


def test_no_mail_leaves_before_the_sign_up_is_safe(
    client, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as waiting:
        client.post(
            reverse("newsletter:signup"),
            {"email": "ada@example.org", "topics": ["events"]},
            headers={"sec-fetch-site": "same-origin"},
        )

    assert (len(waiting), mailoutbox) == (1, [])


def test_a_program_that_fills_in_every_field_gets_the_same_answer(sign_up, mailoutbox):
    response = sign_up(website="https://spam.example")

    assert (response.status_code, response["Location"]) == (303, "/newsletter/thanks/")
    assert not Subscriber.objects.exists()
    assert mailoutbox == []


@pytest.mark.parametrize(
    "email", ["", "ada", "ada@", "ada@example.org\nBcc: x@y.org", "a\0@b.org"]
)
def test_a_wrong_address_is_explained_beside_the_field(sign_up, email):
    response = sign_up(email, topics=["events"])

    expected = "Enter an e-mail address like" if email else "Enter your e-mail address."
    assert response.status_code == 422
    assert expected in response.text or "Null characters" in response.text
    assert 'aria-describedby="signup_email_error"' in response.text
    assert not Subscriber.objects.exists()


def test_what_was_typed_and_ticked_is_not_lost(sign_up):
    page = sign_up("ada@<b>", topics=["events"]).text

    form = page.split("<footer")[0]
    assert 'value="ada@&lt;b&gt;"' in form
    assert 'value="events" checked' in form
    assert 'value="offers" checked' not in form


@pytest.mark.parametrize(
    ("topics", "message"),
    [([], "Tick at least one topic."), (["weather"], "Choose from the list.")],
    ids=["none", "one we do not have"],
)
def test_topics_must_be_ours(sign_up, topics, message):
    response = sign_up(topics=topics)

    assert response.status_code == 422
    assert message in response.text
    assert 'value="ada@example.org"' in response.text


def test_the_page_without_errors_shows_none(client):
    page = client.get(reverse("newsletter:signup")).text

    assert "field__error" not in page
    assert 'role="alert"' not in page


@pytest.mark.parametrize(
    "headers",
    [{}, {"sec-fetch-site": "cross-site"}, {"origin": "https://elsewhere.example"}],
    ids=["does not say", "another site", "another origin"],
)
def test_a_form_from_elsewhere_is_refused(client, headers):
    response = client.post(
        reverse("newsletter:signup"), {"email": "ada@example.org"}, headers=headers
    )

    assert response.status_code == 403
    assert not Subscriber.objects.exists()


def test_signing_up_needs_and_sets_no_cookie(sign_up, client):
    client.handler.enforce_csrf_checks = True

    responses = [client.get("/newsletter/"), sign_up(), client.get("/newsletter/thanks/")]

    assert [r.status_code for r in responses] == [200, 303, 200]
    assert not client.cookies


def test_one_visitor_signs_up_twenty_addresses_an_hour(sign_up, mailoutbox):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for number in range(limits.SIGNUPS_AN_HOUR):
            assert sign_up(f"reader{number}@example.org").status_code == 303

        refused = sign_up("late@example.org")
        neighbour = sign_up("neighbour@example.org", address="203.0.113.78")
        clock.shift(timedelta(hours=1, seconds=1))
        later = sign_up("late@example.org")

    assert refused.status_code == 429
    assert "Too many sign-ups came from your network" in refused.text
    assert 'value="late@example.org"' in refused.text
    assert refused["Retry-After"] == "3600"
    assert (neighbour.status_code, later.status_code) == (303, 303)


def test_a_household_with_many_ipv6_addresses_counts_as_one(db):
    for number in range(limits.SIGNUPS_AN_HOUR):
        assert limits.count_signup(address=f"2001:db8:1:2::{number:x}")

    assert not limits.count_signup(address="2001:db8:1:2:ffff::1")
    assert limits.count_signup(address="2001:db8:1:3::1")
    assert limits.count_signup(address="")
