"""The notices above every page."""

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


@pytest.fixture
def page(client):
    return lambda: client.get("/newsletter/thanks/").text


def test_nothing_is_shown_without_an_interruption(page):
    assert "<aside" not in page()


def test_a_new_shop_shows_the_pandemic(page, demo_rates):
    bar = page().split('<aside class="notice" aria-label="Shipping notice">')[1]

    assert MESSAGE in bar.split("</aside>")[0]
    assert (
        '<a href="/shipping/#interrupted">See which countries</a>' in bar.split("</aside>")[0]
    )


def test_several_notices_are_summed_up_with_the_worst_first(page, interrupt):
    interrupt("One country is late.", "GB")
    interrupt("Everything is late.")

    bar = page().split("<aside")[1].split("</aside>")[0]

    assert "2 shipping notices</summary>" in bar
    assert bar.index("Everything is late.") < bar.index("One country is late.")


def test_only_what_is_in_force_and_for_the_bar_is_shown(page, interrupt):
    interrupt("Quiet.", is_in_bar=False)
    interrupt("Tomorrow.", starts_at=timezone.now() + timedelta(days=1))
    interrupt("Over.", ends_at=timezone.now() - timedelta(hours=1))

    assert "<aside" not in page()


def test_a_notice_cannot_carry_code(page, interrupt):
    interrupt("<script>alert(1)</script>")

    assert "&lt;script&gt;alert(1)" in page()


def test_a_page_without_a_bar_asks_the_database_nothing(django_assert_num_queries):
    request = RequestFactory().get("/")

    with django_assert_num_queries(0):
        notices = context.interruptions(request)["bar_notices"]
    with django_assert_num_queries(1):
        assert (list(notices), list(notices)) == ([], [])
