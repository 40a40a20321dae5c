"""Readers who come back from the payment page without having paid."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import with_and_without_javascript
from tests.journeys.test_buying import PAID


@pytest.fixture
def at_stripe(reader):
    """A reader who is about to pay for one copy of a paperback."""
    reader.adds("the-mass-strike-the-political-party-and-the-trade-unions")
    reader.comes_to_review()
    reader.presses(re.compile("^Pay "))
    return reader


@with_and_without_javascript
def test_a_reader_who_turned_back_pays_the_same_order_later(at_stripe, shop):
    at_stripe.follows("Back to the shop")
    at_stripe.sees("Not paid yet")

    at_stripe.presses(re.compile("^Pay "))
    at_stripe.pays()

    at_stripe.sees(PAID)
    assert shop.orders_of(at_stripe.email) == ["Paid"]


@with_and_without_javascript
def test_a_reader_who_turned_back_gets_the_books_back(at_stripe, shop):
    at_stripe.follows("Back to the shop")

    at_stripe.presses("Cancel and put the books back")

    at_stripe.sees_title("Basket")
    at_stripe.sees("Its books are back here.")
    expect(at_stripe.page.get_by_label("Quantity of The Mass Strike")).to_have_value("1")
    assert shop.orders_of(at_stripe.email) == ["Cancelled"]
    at_stripe.follows("Go to checkout")
    at_stripe.page.get_by_role("button", name="Continue").click()
    at_stripe.opens("/checkout/review/")
    at_stripe.presses(re.compile("^Pay "))
    at_stripe.pays()
    at_stripe.sees(PAID)
    assert shop.orders_of(at_stripe.email) == ["Cancelled", "Paid"]


def test_a_cancelled_order_cannot_be_paid_in_a_tab_left_open(at_stripe, shop):
    payment_page = at_stripe.page
    way_back = payment_page.get_by_role("link", name="Back to the shop").get_attribute("href")
    at_stripe.page = at_stripe.context.new_page()
    at_stripe.opens(way_back)
    at_stripe.presses("Cancel and put the books back")

    at_stripe.page = payment_page
    at_stripe.pays()

    at_stripe.sees("This payment page has expired")
    at_stripe.follows("Back to the shop")
    at_stripe.sees("This order was cancelled")
    assert shop.orders_of(at_stripe.email) == ["Cancelled"]
