"""From the order to the money, against Stripe's stand-in, through the real SDK."""

from datetime import timedelta
from decimal import Decimal

import pytest

from bookstore.demo.stripe import checkout
from checkout import payments, settling
from checkout.locks import order_locked
from checkout.models import MoneyMovement, PaymentAttempt
from tests.books import make_edition, stock_of
from tests.checkout.conftest import DECLINED_CARD

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(place):
    return place((make_edition(price="24.95", copies=3), 2))


@pytest.fixture
def sessions(stripe):
    return lambda: stripe.store.matching("checkout.session")


def test_stripe_is_asked_for_exactly_what_the_order_costs(order, begin, stripe):
    attempt = begin(order)

    session = stripe.store.get("checkout.session", attempt.session_id)
    item = stripe.store.aside(session["id"])["line_items"][0]
    assert (session["amount_total"], session["currency"]) == (5440, "usd")
    assert item["description"] == f"Order {order.number}, 2 books"
    assert session["client_reference_id"] == order.number
    assert session["metadata"] == {"order": order.number, "attempt": str(attempt.pk)}
    assert session["customer_email"] == "ada@example.com"
    assert session["adaptive_pricing"] == {"enabled": False}
    assert session["expires_at"] == int(attempt.expires_at.timestamp())
    assert session["success_url"] == (
        "http://testserver/checkout/return/?session={CHECKOUT_SESSION_ID}"
    )
    assert session["cancel_url"] == f"http://testserver/checkout/cancelled/{order.number}/"
    assert stripe.store.aside(session["id"])["intent"]["metadata"] == session["metadata"]


def test_a_paid_order_is_paid_once_in_every_book(order, begin, pay, state, now):
    attempt = begin(order)
    pay(attempt)

    for _ in range(3):
        attempt = payments.sync(attempt=attempt, now=now)

    found = state(order)
    assert (found.status, found.attempts) == ("Paid", ["paid"])
    assert found.movements == [("payment", 5440)]
    assert found.mails == ["confirmation"]
    assert found.claimed == 2
    source = order.sources.get()
    assert (source.amount_allocated, source.amount_debited) == (Decimal("54.40"),) * 2
    debit = source.transactions.get()
    assert (debit.txn_type, debit.amount) == ("Debit", Decimal("54.40"))
    assert debit.reference == MoneyMovement.objects.get().pk
    event = order.payment_events.get()
    assert (event.amount, event.line_quantities.get().quantity) == (Decimal("54.40"), 2)


def test_a_declined_card_changes_nothing_and_another_card_pays(order, begin, pay, state, now):
    attempt = begin(order)
    with pytest.raises(checkout.Declined):
        pay(attempt, card=DECLINED_CARD)
    payments.sync(attempt=attempt, now=now)
    assert (state(order).status, state(order).attempts) == ("Pending payment", ["open"])

    pay(attempt)
    payments.sync(attempt=attempt, now=now)

    assert (state(order).status, state(order).attempts) == ("Paid", ["paid"])


def test_a_reader_who_comes_back_unpaid_goes_to_the_same_page(order, begin, sessions, now):
    first = begin(order)
    payments.sync(attempt=first, now=now)

    second = begin(order)

    assert first == second
    assert len(sessions()) == 1


def test_an_order_whose_time_is_over_is_cancelled_and_its_copies_are_free(
    order, begin, stripe, state, now
):
    attempt = begin(order)
    stripe.advance(32 * 60)

    payments.sync(attempt=attempt, now=now)

    assert (state(order).status, state(order).attempts) == ("Cancelled", ["expired"])
    assert (state(order).claimed, stock_of(order.lines.get().product).num_allocated) == (0, 0)


def test_a_reader_who_is_too_late_cannot_pay(order, begin, state, now):
    begin(order)

    with pytest.raises(payments.NotPayable):
        payments.start(order=order, now=now + timedelta(minutes=32))

    assert state(order).status == "Cancelled"


@pytest.mark.parametrize("found", ["new", "open", "processing", "review"])
def test_an_order_that_money_may_still_come_for_is_not_cancelled(order, begin, found):
    attempt = begin(order)
    PaymentAttempt.objects.filter(pk=attempt.pk).update(state=found)

    with order_locked(order.pk) as locked:
        assert not settling.cancel(order=locked)


def test_a_paid_order_is_not_paid_again(order, begin, pay, now):
    attempt = begin(order)
    pay(attempt)
    payments.sync(attempt=attempt, now=now)

    with pytest.raises(payments.NotPayable):
        payments.start(order=order, now=now)


def test_a_bank_that_takes_days_leaves_the_order_waiting_with_its_copies(
    order, begin, stripe, debit, state, now
):
    attempt = begin(order)
    debit(attempt, checkout.PAYS)
    payments.sync(attempt=attempt, now=now)
    assert (state(order).status, state(order).attempts) == ("Pending payment", ["processing"])
    assert state(order).claimed == 2
    with pytest.raises(payments.NotPayable):
        payments.start(order=order, now=now)

    stripe.advance(4 * 24 * 60 * 60)
    payments.sync(attempt=attempt, now=now)

    assert (state(order).status, state(order).attempts) == ("Paid", ["paid"])


def test_a_bank_that_refuses_after_days_lets_the_reader_try_again(
    order, begin, pay, stripe, debit, state, now
):
    attempt = begin(order)
    debit(attempt, checkout.REFUSES)
    stripe.advance(4 * 24 * 60 * 60)
    payments.sync(attempt=attempt, now=now)
    assert (state(order).status, state(order).attempts) == ("Pending payment", ["failed"])

    again = begin(order)
    pay(again)
    payments.sync(attempt=again, now=now)

    assert (state(order).status, state(order).attempts) == ("Paid", ["failed", "paid"])


def test_an_order_that_costs_nothing_is_paid_without_stripe(place, state, now):
    order = place(make_edition(type="epub", price="0.00"))

    url = payments.start(order=order, now=now)

    assert url.startswith(f"http://testserver/orders/{order.number}/")
    assert (state(order).status, state(order).attempts) == ("Paid", [])
    assert state(order).mails == ["confirmation"]


def test_no_attempt_has_no_session(order, begin):
    attempt = begin(order)

    assert payments.find_attempt(session_id=attempt.session_id) == attempt
    assert payments.find_attempt(session_id="") is None
    assert payments.find_attempt(session_id="cs_test_guess") is None
