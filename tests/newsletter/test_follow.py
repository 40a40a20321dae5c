"""Asking on an author's page, and confirming through the mail's link."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog.models import Contributor
from newsletter import follows, limits, wording
from newsletter.models import Follow, Follower, FollowEvidence, Told
from tests.books import make_contributor, make_edition, make_work

pytestmark = pytest.mark.django_db

ASKED = (303, "/newsletter/follow/")


def confirm_url(follower):
    return reverse("newsletter:follow-confirm", args=[follower.token])


def answered(response):
    return response.status_code, response["Location"]


def test_the_authors_page_offers_to_tell(client, trotsky):
    page = client.get(trotsky.get_absolute_url()).text

    assert "Tell me about new books by Leon Trotsky" in page
    assert f'action="/newsletter/follow/{trotsky.slug}/"' in page
    for line in wording.of_follow("Leon Trotsky").split("\n"):
        assert line.strip("[]") in page


def test_who_only_drew_covers_is_not_followed(client, ask):
    artist = make_contributor("Käthe Kollwitz")
    work = make_edition(make_work(author="Leon Trotsky")).parent
    work.contributions.create(contributor=artist, role="A36", position=1)

    page = client.get(artist.get_absolute_url()).text

    assert "Tell me about new books" not in page
    assert ask(artist).status_code == 404
    assert not Follow.objects.exists()


def test_an_address_is_asked_to_confirm(settings, ask, trotsky, mailoutbox):
    response = ask(trotsky, "Ada@Example.org")

    follow = Follow.objects.get()
    assert answered(response) == ASKED
    assert (follow.follower.email, follow.state) == ("Ada@Example.org", "unconfirmed")
    (mail,) = mailoutbox
    assert mail.to == ["Ada@Example.org"]
    assert mail.subject == "Shall we tell you about new books by Leon Trotsky?"
    link = settings.SITE_URL + confirm_url(follow.follower)
    for body in [mail.body, mail.alternatives[0].content]:
        assert link in body
        assert "new book by Leon Trotsky" in " ".join(body.split())
    one_click = f"{settings.SITE_URL}/newsletter/following/{follow.follower.token}/one-click"
    assert mail.extra_headers == {
        "List-Unsubscribe": f"<{one_click}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def test_what_the_reader_saw_is_kept_as_evidence(client, ask, trotsky):
    ask(trotsky, headers={"referer": f"http://testserver{trotsky.get_absolute_url()}?page=2"})
    follower = Follower.objects.get()
    client.post(
        confirm_url(follower), {"follow": Follow.objects.get().pk}, REMOTE_ADDR="203.0.113.9"
    )

    confirmed, asked = FollowEvidence.objects.all()
    assert (asked.act, confirmed.act) == ("asked", "confirmed")
    assert asked.page == trotsky.get_absolute_url()
    assert asked.network == confirmed.network == "203.0.113.0/24"
    assert asked.wording == wording.of_follow("Leon Trotsky")
    assert confirmed.page == "/newsletter/following/confirm/"
    assert confirmed.wording == wording.of_follow_choice("Leon Trotsky")


def test_opening_the_mails_link_changes_nothing(client, follow, trotsky):
    asked = follow(trotsky, state="unconfirmed")

    page = client.get(confirm_url(asked.follower))

    asked.refresh_from_db()
    assert (page.status_code, asked.state) == (200, "unconfirmed")
    assert "Shall we write to you when there is a new book by Leon Trotsky?" in page.text
    assert "Yes, tell me about new books" in page.text


def test_the_button_confirms_and_what_can_be_seen_is_known(client, follow, trotsky, publish):
    asked = follow(trotsky, state="unconfirmed")
    publish("Hidden yet", trotsky, is_public=False)

    page = client.post(confirm_url(asked.follower), {"follow": asked.pk}, follow=True)

    asked.refresh_from_db()
    assert asked.state == "confirmed"
    assert "Authors you follow" in page.text
    assert [(told.work.title, told.state) for told in Told.objects.all()] == [
        ("My Life", "known")
    ]


def test_one_mail_confirms_all_that_was_asked_in_ten_minutes(
    client, ask, trotsky, luxemburg, mailoutbox
):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        ask(trotsky)
        clock.shift(timedelta(minutes=9))
        ask(luxemburg, "ADA@example.org")

    follower = Follower.objects.get()
    page = client.get(confirm_url(follower)).text
    wanted = Follow.objects.get(contributor=luxemburg)
    client.post(confirm_url(follower), {"follow": wanted.pk})

    states = dict(Follow.objects.values_list("contributor__name", "state"))
    assert len(mailoutbox) == 1
    assert page.count('type="checkbox" name="follow"') == 2
    assert states == {"Leon Trotsky": "unconfirmed", "Rosa Luxemburg": "confirmed"}


def test_no_author_ticked_is_explained(client, follow, trotsky, luxemburg):
    follower = follow(trotsky, state="unconfirmed").follower
    follow(luxemburg, state="unconfirmed")

    response = client.post(confirm_url(follower), {"follow": ["x", "9" * 30]})

    assert response.status_code == 422
    assert "Tick at least one author" in response.text
    assert not Follow.objects.confirmed().exists()


def test_an_author_asked_for_after_confirming_gets_a_mail_at_once(
    client, ask, trotsky, luxemburg, mailoutbox
):
    ask(trotsky)
    client.post(confirm_url(Follower.objects.get()), {"follow": Follow.objects.get().pk})

    ask(luxemburg)

    assert [mail.subject.partition(" by ")[2] for mail in mailoutbox] == [
        "Leon Trotsky?",
        "Rosa Luxemburg?",
    ]


def test_the_answer_is_the_same_for_every_address(ask, follow, trotsky):
    follow(trotsky, "known@example.org")
    follow(trotsky, "left@example.org", "stopped")

    answers = [ask(trotsky, f"{name}@example.org") for name in ["new", "known", "left", "new"]]

    assert {(*answered(a), a.content) for a in answers} == {(*ASKED, b"")}


def test_a_follower_is_told_that_nothing_changed(ask, follow, trotsky, mailoutbox):
    known = follow(trotsky)

    ask(trotsky, "ADA@example.org")

    known.refresh_from_db()
    (mail,) = mailoutbox
    assert known.state == "confirmed"
    assert mail.subject == "We tell you about new books by Leon Trotsky already"
    assert f"/newsletter/following/{known.follower.token}/" in mail.body


def test_who_stopped_is_asked_anew_and_what_came_meanwhile_is_known(
    client, ask, follow, trotsky, publish, tell, mailoutbox
):
    gone = follow(trotsky, state="stopped")
    publish("Came meanwhile", trotsky)
    ask(trotsky)

    client.post(confirm_url(gone.follower), {"follow": gone.pk})
    tell()

    assert [mail.subject.split()[0] for mail in mailoutbox] == ["Shall"]
    assert set(Told.objects.values_list("state", flat=True)) == {"known"}


def test_who_is_gone_when_the_form_arrives_is_not_found(ask, monkeypatch):
    person = make_contributor("Gone")
    elsewhere = follows.ask

    def merged_meanwhile(**wish):
        Contributor.objects.filter(pk=person.pk).delete()
        elsewhere(**wish)

    monkeypatch.setattr(follows, "ask", merged_meanwhile)

    assert ask(person).status_code == 404
    assert not Follower.objects.exists()


def test_a_program_that_fills_in_every_field_gets_the_same_answer(ask, trotsky, mailoutbox):
    response = ask(trotsky, website="https://spam.example")

    assert answered(response) == ASKED
    assert not Follow.objects.exists()
    assert mailoutbox == []


@pytest.mark.parametrize("email", ["", "ada@<b>", "ada@example.org\nBcc: x@y.org", "a\0@b.org"])
def test_a_wrong_address_is_explained_beside_the_field(ask, trotsky, email):
    response = ask(trotsky, email)

    assert response.status_code == 422
    assert 'aria-describedby="follow_email_error"' in response.text
    assert "<b>" not in response.text.split("<footer")[0]
    assert not Follow.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [{}, {"sec-fetch-site": "cross-site"}, {"origin": "https://elsewhere.example"}],
    ids=["does not say", "another site", "another origin"],
)
def test_a_form_from_elsewhere_is_refused(client, trotsky, headers):
    path = reverse("newsletter:follow", args=[trotsky.slug])

    response = client.post(path, {"email": "ada@example.org"}, headers=headers)

    assert response.status_code == 403
    assert not Follow.objects.exists()


def test_asking_needs_and_sets_no_cookie(ask, client, trotsky):
    client.handler.enforce_csrf_checks = True
    path = reverse("newsletter:follow", args=[trotsky.slug])

    responses = [client.get(path), ask(trotsky), client.get("/newsletter/follow/")]

    assert [r.status_code for r in responses] == [200, 303, 200]
    assert not client.cookies


def test_following_and_the_newsletter_share_one_limit(ask, sign_up, trotsky, mailoutbox):
    for number in range(limits.SIGNUPS_AN_HOUR):
        sign_up(f"reader{number}@example.org")

    refused = ask(trotsky, "late@example.org")

    assert refused.status_code == 429
    assert 'value="late@example.org"' in refused.text
    assert refused["Retry-After"] == "3600"


def test_another_site_cannot_press_the_button(follow, trotsky):
    asked = follow(trotsky, state="unconfirmed")

    answer = Client(enforce_csrf_checks=True).post(
        confirm_url(asked.follower), {"follow": asked.pk}
    )

    asked.refresh_from_db()
    assert (answer.status_code, asked.state) == (403, "unconfirmed")


@pytest.mark.parametrize("name", ["follow-confirm", "following", "follow-one-click"])
def test_a_link_that_nobody_has_says_what_to_do(client, name):
    answer = client.get(reverse(f"newsletter:{name}", args=["guess"]))

    assert answer.status_code == 404
    assert "This link is not valid" in answer.text


def test_nobody_confirms_for_another_address(client, follow, trotsky):
    mine = follow(trotsky, state="unconfirmed")
    theirs = follow(trotsky, "bob@example.org", "unconfirmed")

    client.post(confirm_url(mine.follower), {"follow": theirs.pk})

    theirs.refresh_from_db()
    assert theirs.state == "unconfirmed"
