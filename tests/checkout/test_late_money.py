"""Money that comes when the order no longer waits for it goes back by itself, once."""

from datetime import timedelta
from decimal import Decimal

import pytest

from bookstore.demo.stripe import refunds
from checkout import emails, payments, stock, timer
from checkout.models import PaymentAttempt, RefundRequest, StaffNotice
from tests.books import make_edition, stock_of

pytestmark = pytest.mark.django_db

REFUNDS = "POST /v1/refunds"


@pytest.fixture
def edition(db):
    return make_edition(price="24.95", copies=3)


@pytest.fixture
def order(place, edition):
    return place((edition, 2))


@pytest.fixture
def late(order, begin, pay, give_up):
    """A payment for an order that was cancelled meanwhile."""
    attempt = begin(order)
    give_up(order)
    pay(attempt)
    return attempt


def test_money_for_a_cancelled_order_goes_back_once(late, order, state, now, stripe):
    for _ in range(3):
        attempt = payments.sync(attempt=late, now=now)

    found = state(order)
    assert (found.status, attempt.state) == ("Cancelled", "paid")
    assert found.movements == [("payment", 5440), ("refund", 5440)]
    assert [refund["amount"] for refund in stripe.store.matching("refund")] == [5440]
    request = RefundRequest.objects.get()
    assert (request.state, request.reason) == ("succeeded", "late")
    source = order.sources.get()
    assert (source.amount_debited, source.amount_refunded) == (Decimal("54.40"),) * 2


def test_the_reader_is_told_and_asked_for_pardon(late, order, now, mailoutbox):
    payments.sync(attempt=late, now=now)
    emails.send_all_owed(now=now + timedelta(minutes=2))

    (mail,) = mailoutbox
    assert mail.to == ["ada@example.com"]
    assert mail.subject == "$54.40 goes back to you"
    for body in (mail.body, mail.alternatives[0].content):
        assert "We are sorry" in body
        assert "$54.40" in body


def test_staff_are_told(late, order, now):
    for _ in range(2):
        payments.sync(attempt=late, now=now)

    notice = StaffNotice.objects.get()
    assert (notice.kind, notice.order, notice.done_at) == ("late_money", order, None)
    assert "$54.40" in notice.text


def test_the_copies_are_not_given_back_twice(late, edition, now):
    payments.sync(attempt=late, now=now)

    assert (stock_of(edition).num_in_stock, stock_of(edition).num_allocated) == (3, 0)


def test_a_second_payment_goes_back_and_the_order_stays_paid(order, begin, pay, state, now):
    first = begin(order)
    PaymentAttempt.objects.filter(pk=first.pk).update(state="failed")
    second = begin(order)
    pay(first)
    pay(second)

    for attempt in (second, first, second, first):
        payments.sync(attempt=attempt, now=now)

    found = state(order)
    assert (found.status, found.attempts) == ("Paid", ["paid", "paid"])
    assert found.movements == [("payment", 5440)] * 2 + [("refund", 5440)]
    assert sorted(found.mails) == ["confirmation", "refund"]
    assert StaffNotice.objects.get().kind == "double_money"
    assert found.claimed == 2


def test_an_order_whose_copies_are_gone_is_cancelled_and_its_money_goes_back(
    order, begin, pay, place, edition, state, now
):
    attempt = begin(order)
    stock.release_order(order=order)
    place((edition, 2))
    pay(attempt)

    payments.sync(attempt=attempt, now=now)

    found = state(order)
    assert (found.status, found.claimed) == ("Cancelled", 0)
    assert found.movements == [("payment", 5440), ("refund", 5440)]
    assert RefundRequest.objects.get().reason == "sold_out"
    assert StaffNotice.objects.get().kind == "sold_out"
    assert stock_of(edition).num_allocated == 2


def test_an_order_whose_copies_were_given_back_gets_others(
    order, begin, pay, edition, state, now
):
    attempt = begin(order)
    stock.release_order(order=order)
    pay(attempt)

    payments.sync(attempt=attempt, now=now)

    assert (state(order).status, state(order).claimed) == ("Paid", 2)
    assert stock_of(edition).num_allocated == 2


def test_a_refund_waits_for_a_stripe_that_is_down(late, order, stripe, state, now):
    stripe.plan_fault("rate_limit", only=REFUNDS)

    payments.sync(attempt=late, now=now)
    assert state(order).movements == [("payment", 5440)]

    done = timer.sync_due(now=now)
    assert done.refunds == 1
    assert state(order).movements == [("payment", 5440), ("refund", 5440)]


def test_a_refund_whose_answer_was_lost_is_made_once(late, order, stripe, state, now):
    stripe.plan_fault("lose_response", count=2, only=REFUNDS)

    payments.sync(attempt=late, now=now)
    payments.sync(attempt=late, now=now)

    assert len(stripe.store.matching("refund")) == 1
    assert state(order).movements == [("payment", 5440), ("refund", 5440)]


def test_a_refund_answered_with_a_500_although_it_was_made_is_found(
    late, order, stripe, state, now
):
    stripe.plan_fault("fail_after", only=REFUNDS)

    payments.sync(attempt=late, now=now)
    timer.sync_due(now=now + timedelta(hours=1))

    assert len(stripe.store.matching("refund")) == 1
    assert state(order).movements == [("payment", 5440), ("refund", 5440)]


def test_a_refund_that_stripe_never_made_is_asked_for_with_another_key(
    late, order, stripe, state, now
):
    stripe.plan_fault("fail_before", only=REFUNDS)

    payments.sync(attempt=late, now=now)
    payments.sync(attempt=late, now=now + timedelta(minutes=1))
    assert state(order).movements == [("payment", 5440)]

    payments.sync(attempt=late, now=now + timedelta(minutes=6))
    assert state(order).movements == [("payment", 5440), ("refund", 5440)]
    assert RefundRequest.objects.get().key_number == 1


def test_a_refund_made_in_stripes_dashboard_meanwhile_is_not_made_again(
    late, order, stripe, state, now
):
    stripe.plan_fault("rate_limit", only=REFUNDS)
    payments.sync(attempt=late, now=now)
    refund_at_stripe(stripe, late)

    payments.sync(attempt=late, now=now)

    assert state(order).movements == [("payment", 5440), ("refund", 5440)]
    assert RefundRequest.objects.get().state == "failed"


def refund_at_stripe(stripe, attempt, **params):
    attempt.refresh_from_db()
    with stripe.store.change():
        return refunds.create(stripe.store, {"payment_intent": attempt.intent_id, **params})
