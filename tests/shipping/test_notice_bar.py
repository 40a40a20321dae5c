"""The notices above every page."""

import re
from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.utils import timezone

from shipping import context

pytestmark = pytest.mark.django_db

MESSAGE = (
    "Due to continuing global pandemic conditions, shipments to some countries may be "
    "interrupted."
)


OWN = {"Sec-Fetch-Site": "same-origin"}


def bar_of(text):
    return text.split('<section class="notice"')[1].split("</section>")[0]


def put_away(client, text):
    """Press Dismiss in the bar of a page."""
    fields = re.findall(r'name="(next|notice)" value="([^"]*)"', bar_of(text))
    sent = {
        "next": [value for name, value in fields if name == "next"],
        "notice": [value for name, value in fields if name == "notice"],
    }
    return client.post("/shipping/dismissed/", sent, headers=OWN)


@pytest.fixture
def page(client):
    return lambda: client.get("/newsletter/thanks/").text


def test_nothing_is_shown_without_an_interruption(page):
    assert 'class="notice"' not in page()


def test_a_new_shop_shows_the_pandemic(page, demo_rates):
    bar = bar_of(page())

    assert bar.startswith(' aria-label="Shipping notice">')
    assert MESSAGE in bar
    assert '<a href="/shipping/#interrupted">See which countries</a>' in bar


def test_several_notices_are_summed_up_with_the_worst_first(page, interrupt):
    interrupt("One country is late.", "GB")
    interrupt("Everything is late.")

    bar = bar_of(page())

    assert "<strong>2 shipping notices</strong>" in bar
    assert ": Everything is late.</span></summary>" in bar
    assert bar.rindex("Everything is late.") < bar.index("One country is late.")


def test_a_suspension_of_one_country_comes_before_news_for_all(page, interrupt):
    interrupt("A carrier has a new name.")
    interrupt("Parcels are late.", "FR DE", severity="delay")
    interrupt("Nothing goes to Ukraine.", "UA", severity="suspended")

    listed = bar_of(page()).split("<ul")[1]

    worst = [
        listed.index(each)
        for each in ["Nothing goes to Ukraine.", "Parcels are late.", "A carrier has a"]
    ]
    assert worst == sorted(worst)


def test_the_bar_is_a_named_region_and_comes_first_after_the_skip_link(page, interrupt):
    interrupt()

    before = page().split('<section class="notice" aria-label="Shipping notice">')[0]

    assert before.split("<body")[1].count("<a ") == 1
    assert '<a class="skip" href="#main">' in before


def test_only_what_is_in_force_and_for_the_bar_is_shown(page, interrupt):
    interrupt("Quiet.", is_in_bar=False)
    interrupt("Tomorrow.", starts_at=timezone.now() + timedelta(days=1))
    interrupt("Over.", ends_at=timezone.now() - timedelta(hours=1))

    assert 'class="notice"' not in page()


def test_a_notice_cannot_carry_code(page, interrupt):
    interrupt("<script>alert(1)</script>")

    assert "&lt;script&gt;alert(1)" in page()


def test_a_notice_put_away_stays_away_for_the_visit(client, page, interrupt):
    interrupt("Parcels are late.")

    answer = put_away(client, page())

    cookie = answer.cookies["dismissed"]
    assert answer.url == "/newsletter/thanks/"
    assert (cookie["max-age"], cookie["expires"], cookie["samesite"]) == ("", "", "Lax")
    assert 'class="notice"' not in page()
    assert "Parcels are late." in client.get("/shipping/").text  # where it belongs


def test_a_new_notice_shows_again_and_only_it(client, page, interrupt):
    interrupt("Parcels are late.")
    put_away(client, page())

    interrupt("Nothing goes to Ukraine.", "UA", severity="suspended")

    bar = bar_of(page())
    assert "Nothing goes to Ukraine." in bar
    assert "Parcels are late." not in bar
    put_away(client, page())
    assert 'class="notice"' not in page()


@pytest.mark.parametrize(
    "change",
    [
        {"message": "Parcels are very late."},
        {"severity": "delay"},
        {"delay_days": 9},
        {"ends_at": timezone.now() + timedelta(days=9)},
        {"postcodes": ["BT"]},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_notice_shows_again(client, page, interrupt, change):
    notice = interrupt("Parcels are late.")
    put_away(client, page())

    type(notice).objects.filter(pk=notice.pk).update(**change)

    assert 'class="notice"' in page()


def test_a_notice_for_more_countries_shows_again(client, page, interrupt):
    notice = interrupt("Parcels are late.", "GB")
    put_away(client, page())

    notice.countries.add("FR")

    assert 'class="notice"' in page()


def test_a_page_of_yesterday_puts_away_only_what_it_showed(client, page, interrupt):
    interrupt("Parcels are late.")
    of_yesterday = page()
    interrupt("Nothing goes to Ukraine.", "UA", severity="suspended")

    put_away(client, of_yesterday)

    assert "Nothing goes to Ukraine." in bar_of(page())


@pytest.mark.parametrize(
    "value", ["", "x", "1", "1-00000000", "1-zzzzzzzz.2", "9" * 4000, '"><script>', "..."]
)
def test_a_cookie_that_names_no_notice_hides_none(client, page, interrupt, value):
    interrupt("Parcels are late.")
    client.cookies["dismissed"] = value

    assert "Parcels are late." in bar_of(page())


def test_only_the_names_of_notices_reach_the_cookie(client, interrupt):
    sent = {"notice": ["<script>", "1-00000000", "x" * 5000], "next": "/books/"}

    answer = client.post("/shipping/dismissed/", sent, headers=OWN)

    assert answer.cookies["dismissed"].value == "1-00000000"


def test_the_cookie_does_not_grow_without_end(client):
    sent = {"notice": [f"{number}-00000000" for number in range(500)]}

    answer = client.post("/shipping/dismissed/", sent, headers=OWN)

    assert answer.cookies["dismissed"].value.count(".") == 29


def test_reading_puts_nothing_away(client, interrupt):
    interrupt()

    assert client.get("/shipping/dismissed/").status_code == 405
    assert not client.get("/books/").cookies


def test_another_site_cannot_put_a_notice_away(client, interrupt):
    elsewhere = {"Sec-Fetch-Site": "cross-site"}

    answer = client.post("/shipping/dismissed/", {"notice": "1-00000000"}, headers=elsewhere)

    assert answer.status_code == 403
    assert not answer.cookies


def test_only_a_visitor_who_put_a_notice_away_gets_a_page_of_their_own(client, interrupt):
    interrupt()
    before = client.get("/books/").headers.get("Vary")
    put_away(client, client.get("/books/").text)

    assert before is None
    assert client.get("/books/").headers["Vary"] == "Cookie"


def test_a_page_without_a_bar_asks_the_database_nothing(django_assert_num_queries):
    request = RequestFactory().get("/")

    with django_assert_num_queries(0):
        notices = context.interruptions(request)["bar_notices"]
    with django_assert_num_queries(1):
        assert (list(notices), list(notices)) == ([], [])
