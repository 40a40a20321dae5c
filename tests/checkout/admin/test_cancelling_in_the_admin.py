"""Staff call an order off."""

from uuid import uuid4

import pytest

from checkout import parcels, payments
from checkout.models import PaymentAttempt, RefundRequest
from tests.books import stock_of

pytestmark = pytest.mark.django_db


def test_an_unpaid_order_is_closed_at_stripe_and_frees_its_copies(
    desk, order, begin, stripe, state, logged, edition
):
    attempt = begin(order)
    form = desk.order(order, "cancellation")
    assert "payment page at Stripe is closed" in form.words

    page = form.send(reason="reader", note="By telephone")

    assert page.messages == [f"Order {order.number} is cancelled."]
    assert (state(order).status, state(order).attempts) == ("Cancelled", ["expired"])
    assert stripe.store.get("checkout.session", attempt.session_id)["status"] == "expired"
    assert stock_of(edition).num_allocated == 0
    assert logged(order) == [
        ("staff@example.com", "Cancelled: the reader cancelled (By telephone)")
    ]


def test_a_paid_order_is_refunded_in_full(desk, paid, state, logged):
    form = desk.order(paid, "cancellation")
    assert "$54.40 , is given back" in form.words
    assert "the reader gets a mail" in form.words
    assert "Cancel the order and refund $54.40" in form.buttons

    form.send(reason="staff")

    assert state(paid).status == "Refunded"
    assert state(paid).movements == [("payment", 5440), ("refund", 5440)]
    request = RefundRequest.objects.get()
    assert (request.reason, request.asked_by) == ("staff", desk.user)
    assert logged(paid) == [("staff@example.com", "Cancelled: cancelled by us")]


def test_a_second_click_changes_nothing(desk, paid, state, logged):
    form = desk.order(paid, "cancellation")

    form.send(reason="staff")
    second = form.send(reason="staff")

    assert "cannot be cancelled now: it is refunded" in second.messages[0]
    assert len(state(paid).movements) == 2
    assert len(logged(paid)) == 1


def test_a_reason_is_asked_for_and_the_note_is_kept(desk, paid, state):
    page = desk.order(paid, "cancellation").send(reason="", note="Kept")

    assert page.errors == {"reason": ["Please choose a reason."]}
    assert page.fields["note"] == "Kept"
    assert state(paid).status == "Paid"


def test_an_order_that_was_sent_is_not_cancelled(desk, paid, now):
    line = paid.lines.get()
    parcels.send(order=paid, copies={line.pk: 1}, form_key=uuid4(), now=now)

    page = desk.order(paid, "cancellation")

    assert "cannot be cancelled now" in page.messages[0]
    assert "Cancel the order" not in page.buttons


def test_money_that_is_on_its_way_keeps_the_order(desk, order, begin, debit, state, now):
    attempt = begin(order)
    debit(attempt, account="000123456789")
    payments.sync(attempt=attempt, now=now)
    assert state(order).attempts == ["processing"]

    page = desk.order(order, "cancellation")

    assert "cannot be cancelled now" in page.messages[0]
    assert state(order).status == "Pending payment"


def test_money_that_nobody_could_make_sense_of_is_refunded_at_stripe_first(
    desk, order, begin, pay, state
):
    pay(begin(order))
    PaymentAttempt.objects.update(state="review")

    page = desk.order(order, "cancellation").send(reason="staff")

    assert "refund it there first" in page.errors["form"][0]
    assert state(order).status == "Pending payment"


def test_stripe_being_down_keeps_an_unpaid_order(desk, order, begin, shop, state):
    begin(order)
    form = desk.order(order, "cancellation")
    shop.STRIPE_API_BASE = "http://127.0.0.1:9"

    page = form.send(reason="reader")

    assert "Please try again in a minute" in page.errors["form"][0]
    assert page.fields["reason"] == "reader"
    assert state(order).status == "Pending payment"


def test_stripe_being_down_leaves_the_refund_of_a_paid_order_to_the_timer(
    desk, paid, shop, state
):
    form = desk.order(paid, "cancellation")
    shop.STRIPE_API_BASE = "http://127.0.0.1:9"

    page = form.send(reason="reader")

    assert "it goes on by itself" in page.messages[0]
    assert (state(paid).status, RefundRequest.objects.get().state) == ("Paid", "new")
