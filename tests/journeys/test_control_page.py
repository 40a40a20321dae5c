"""At the stand-in's control page a person does what happens at Stripe, without scripts."""

import re

import pytest

from bookstore.demo.stripe import faults
from tests.journeys.reader import PHONE
from tests.journeys.test_accessibility import in_two_looks


@pytest.fixture
def at_control(new_reader, shop):
    """Open the control page without scripts."""
    operator = new_reader(javascript=False, width=PHONE)
    operator.opens(f"{shop.stripe.base_url}/_control")
    return operator


@pytest.fixture
def order_number(reader):
    """The number of an order that a reader has just paid."""
    reader.adds("my-life")
    reader.comes_to_review()
    reader.presses(re.compile("^Pay "))
    reader.pays()
    return reader.page.get_by_role("heading", level=1).inner_text().removeprefix("Order ")


def payment(operator, number):
    return operator.page.get_by_role("article", name=f"Order {number}")


def reloads_until_seen(reader, text):
    """Look at the order again until Stripe's event has arrived."""
    for _ in range(20):
        reader.page.reload()
        if reader.page.get_by_text(text).count():
            return
    reader.sees(text)


def test_a_refund_and_a_dispute_at_stripe_reach_the_readers_order(
    reader, order_number, at_control
):
    payment(at_control, order_number).get_by_label("Amount").fill("5.00")
    at_control.presses(f"Refund Order {order_number}")
    at_control.sees("The refund is made.")
    reloads_until_seen(reader, "Sent back")

    at_control.presses(f"Open a dispute over Order {order_number}")
    at_control.sees("The dispute is open, and the bank has taken the money.")
    at_control.presses("The shop loses")
    at_control.sees("The shop has lost: the money is gone.")
    reloads_until_seen(reader, "Taken back by your bank")


def test_a_fault_is_switched_on_and_off(at_control, shop):
    at_control.page.locator("summary", has_text="Wrong signature").click()
    fault = at_control.page.locator("li", has_text="Wrong signature")
    fault.get_by_label("How often").select_option("until switched off")
    fault.get_by_label("Only").fill("charge.refunded")
    at_control.presses("Switch on Wrong signature")
    try:
        at_control.sees("Until switched off, only charge.refunded")
        planned = [fault.kind for fault in faults.planned(shop.stripe.store)]
        assert planned == ["wrong_secret"]
    finally:
        shop.stripe.clear_faults("wrong_secret")
    at_control.opens(f"{shop.stripe.base_url}/_control")

    at_control.sees("All goes well now.")


@in_two_looks
def test_the_control_page_breaks_no_rule(new_reader, order_number, shop, width, scheme):
    shop.stripe.plan_fault("slow", seconds=1, only="GET /v1/nothing")
    operator = new_reader(width=width, scheme=scheme, audits=True)
    try:
        operator.opens(f"{shop.stripe.base_url}/_control")
        for part in operator.page.locator("details").all():
            part.locator("summary").click()
        operator.looks()
    finally:
        shop.stripe.clear_faults("slow")
