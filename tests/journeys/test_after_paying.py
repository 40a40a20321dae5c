"""Readers who have paid and look at their order again."""

import re

import pytest

from bookstore.demo.stripe import disputes
from tests.journeys.conftest import on_desktop_and_phone, with_and_without_javascript
from tests.journeys.shop import wait_until
from tests.journeys.test_buying import PAID

DISPUTED_CARD = "4000000000000259"


@pytest.fixture
def at_stripe(new_reader, javascript, width):
    reader = new_reader(javascript=javascript, width=width, audits=javascript)
    reader.adds("the-mass-strike-the-political-party-and-the-trade-unions")
    reader.comes_to_review()
    reader.presses(re.compile("^Pay "))
    return reader


@with_and_without_javascript
@on_desktop_and_phone
def test_a_reader_who_paid_cancels_and_gets_the_money_back(at_stripe, shop):
    at_stripe.pays()
    at_stripe.sees(PAID)

    at_stripe.follows("Cancel this order")
    at_stripe.sees("goes back to you, the way it came")
    at_stripe.follows("Keep it")
    at_stripe.follows("Cancel this order")
    at_stripe.presses("Cancel the order")

    at_stripe.sees("This order was cancelled and refunded")
    at_stripe.sees("was sent back to you on")
    assert shop.orders_of(at_stripe.email) == ["Refunded"]
    mail = shop.mail_to(at_stripe.email, about="goes back to you")
    assert "You have cancelled the order." in mail.get_body(("plain",)).get_content()
    at_stripe.goes_back()
    at_stripe.sees("This order was cancelled and refunded")


def test_a_reader_sees_that_the_bank_has_the_money_and_how_it_ends(at_stripe, shop):
    at_stripe.pays(DISPUTED_CARD)
    at_stripe.sees("Your payment is disputed")

    store = shop.stripe.store
    with store.change():
        (dispute,) = [
            each for each in store.matching("dispute") if each["status"] == "needs_response"
        ]
        disputes.close(store, dispute, outcome="lost")
    wait_until(lambda: shop.orders_of(at_stripe.email) == ["Refunded"])
    at_stripe.page.reload()

    at_stripe.sees("This order was refunded by your bank")


def test_an_unpaid_order_is_named_in_the_basket(at_stripe):
    at_stripe.opens("/basket/")

    at_stripe.sees("waits for its payment")
    at_stripe.follows(re.compile(r"^[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{2}$"))
    at_stripe.sees("They are kept until")
