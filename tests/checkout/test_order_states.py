"""What an order's page says after what has really happened to it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from bookstore.demo.stripe import checkout, disputes
from bookstore.demo.stripe import refunds as at_stripe
from checkout import emails, parcels, payments, refunds, states, stock
from checkout.models import StaffNotice
from checkout.orders import load_order, order_url
from tests.books import make_edition

pytestmark = pytest.mark.django_db

DISPUTED_CARD, FAILING_REFUND_CARD = "4000000000000259", "4000000000005126"


@pytest.fixture
def order(place):
    return place((make_edition(title="My Life", price="24.95", copies=3), 2))


@pytest.fixture
def paid(order, begin, pay, now):
    def paid(card="4242424242424242"):
        attempt = begin(order)
        pay(attempt, card=card)
        return payments.sync(attempt=attempt, now=now)

    return paid


@pytest.fixture
def said(order):
    """Return the state that the page shows."""
    return lambda: states.state_of(order=load_order(number=order.number))


@pytest.fixture
def text(client, order):
    """Return the page as it is sent."""
    return lambda: client.get(order_url(order).removeprefix("http://testserver")).text


def refund(order, now, amount, reason, copies=0):
    line = order.lines.get()
    request = refunds.ask(
        order=order,
        amount=amount,
        reason=reason,
        copies={line.pk: copies},
        form_key=uuid4(),
        now=now,
    )
    payments.sync(attempt=request.attempt, now=now)


def test_an_order_that_waits_says_until_when_its_books_are_kept(said, begin, order, text):
    attempt = begin(order)

    assert said().pay_until == attempt.expires_at
    assert f"They are kept until {attempt.expires_at:%-d %B, %H:%M} UTC." in text()


def test_after_a_bank_that_refused_the_reader_may_try_again(
    said, begin, order, debit, stripe, now
):
    attempt = begin(order)
    debit(attempt, checkout.REFUSES)
    stripe.advance(4 * 24 * 60 * 60)
    payments.sync(attempt=attempt, now=now)

    assert said().text.startswith("Your bank did not pay; nothing was charged")
    assert said().can_be_paid


def test_a_paid_order_says_whether_the_confirmation_has_gone(said, paid, now):
    paid()
    assert "is on its way" in said().text

    emails.send_all_owed(now=now + timedelta(minutes=2))
    assert said().text == "The confirmation has gone to ada@example.com."


def test_a_refund_in_part_is_told_with_amount_and_day(said, paid, order, now, text):
    paid()
    refund(order, now, 2495, "staff", copies=1)

    assert said().title == "Thank you, your order is paid"
    assert said().notes == [
        f"$24.95 was sent back to you on {now:%-d %B %Y}; banks take up to ten days to show it."
    ]
    assert f"<dt>Sent back, {now:%-d %B %Y}</dt><dd>$24.95</dd>" in text()


def test_a_parcel_is_told_with_carrier_and_number(said, paid, order, now, text):
    paid()
    parcels.send(
        order=order,
        copies={order.lines.get().pk: 1},
        carrier="Parcel Post",
        tracking_number="RR1",
        tracking_url="https://post.example/RR1",
        form_key=uuid4(),
        now=now,
    )

    assert said().title == "Part of your order is on its way"
    page = text()
    assert f"Sent on {now:%-d %B %Y} with Parcel Post" in page
    assert '<a href="https://post.example/RR1" rel="noreferrer">RR1</a>' in page
    assert "Cancel this order" not in page


def test_an_order_that_ran_out_of_time_says_so(said, begin, order, stripe, now):
    attempt = begin(order)
    stripe.advance(32 * 60)
    payments.sync(attempt=attempt, now=now + timedelta(minutes=32))

    assert said().text.startswith("It was not paid in time")


def test_late_money_is_told_with_its_refund(said, begin, order, pay, give_up, now):
    attempt = begin(order)
    give_up(order)
    pay(attempt)
    payments.sync(attempt=attempt, now=now)

    assert said().title == "Your payment came too late: we are sorry"
    assert "you get all your money back" in said().text
    assert "$54.40 was sent back to you" in said().notes[0]


def test_an_order_sold_out_after_all_says_so(said, begin, order, pay, place, now):
    attempt = begin(order)
    stock.release_order(order=order)
    place((order.lines.get().product, 2))
    pay(attempt)
    payments.sync(attempt=attempt, now=now)

    assert said().title == "Sold out after all: we are sorry"


def test_an_order_refunded_because_it_was_sold_out_says_so(said, paid, order, now):
    paid()
    refund(order, now, 5440, "sold_out", copies=2)

    assert said().title == "Sold out after all: we are sorry"


def test_a_dispute_is_told_while_it_is_open_and_after_it_was_lost(
    said, paid, order, stripe, now
):
    attempt = paid(DISPUTED_CARD)
    assert said().title == "Your payment is disputed"
    assert not said().can_be_cancelled

    (dispute,) = stripe.store.matching("dispute")
    with stripe.store.change():
        disputes.close(stripe.store, dispute, outcome="lost")
    payments.sync(attempt=attempt, now=now)

    assert said().title == "This order was refunded by your bank"


def test_a_refund_that_came_back_is_not_called_sent(said, paid, order, stripe, now):
    attempt = paid(FAILING_REFUND_CARD)
    refund(order, now, 1000, "goodwill")
    stripe.advance(7 * 24 * 60 * 60)
    payments.sync(attempt=attempt, now=now)

    (note,) = said().notes
    assert "$10.00 could not be delivered" in note


def test_a_whole_refund_that_came_back_is_no_refunded_order_to_the_reader(
    said, paid, order, stripe, now, mailoutbox
):
    attempt = paid(FAILING_REFUND_CARD)
    refund(order, now, 5440, "goodwill")
    stripe.advance(7 * 24 * 60 * 60)
    payments.sync(attempt=attempt, now=now)
    emails.send_all_owed(now=now + timedelta(minutes=2))

    assert said().title == "Your refund came back to us"
    assert mailoutbox[-1].subject == f"A refund for order {order.number} came back to us"
    assert "$54.40" in mailoutbox[-1].body


def test_an_inquiry_is_no_dispute(said, paid, stripe, now):
    attempt = paid()
    charge = stripe.store.get("payment_intent", attempt.intent_id)["latest_charge"]
    opened = stripe.open_dispute(charge, is_inquiry=True)
    payments.sync(attempt=attempt, now=now)
    assert said().title == "Your bank has a question about your payment"

    stripe.close_dispute(opened["id"], is_won=True)
    payments.sync(attempt=attempt, now=now)

    assert said().title == "Thank you, your order is paid"
    assert not StaffNotice.objects.filter(done_at=None).exists()


def test_an_order_refunded_in_stripes_dashboard_says_so(said, paid, stripe, now):
    attempt = paid()
    with stripe.store.change():
        at_stripe.create(stripe.store, {"payment_intent": attempt.intent_id})
    payments.sync(attempt=attempt, now=now)

    assert said().title == "This order was refunded"
