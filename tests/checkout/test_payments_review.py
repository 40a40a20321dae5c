"""Payments that are not what was asked for, and answers that come late."""

from decimal import Decimal

import pytest

from bookstore.demo.stripe import checkout
from checkout import payments
from checkout.models import MoneyMovement, PaymentAttempt
from tests.books import make_edition

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(place):
    return place((make_edition(price="24.95", copies=3), 2))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"amount": 100}, "the amounts differ"),
        ({"currency": "EUR"}, "the currencies differ"),
        ({"livemode": True}, "test and real money are mixed up"),
        ({"intent_id": "pi_another"}, "the payment is another than before"),
    ],
    ids=["amount", "currency", "livemode", "intent"],
)
def test_money_that_is_not_what_was_asked_for_is_left_to_staff(
    order, begin, pay, state, now, change, words
):
    attempt = begin(order)
    pay(attempt)
    PaymentAttempt.objects.filter(pk=attempt.pk).update(**change)

    attempt = payments.sync(attempt=attempt, now=now)

    assert (attempt.state, words in attempt.note) == ("review", True)
    assert (state(order).status, state(order).mails) == ("Pending payment", [])


def test_a_cheap_payment_does_not_settle_a_dear_order(place, begin, pay, state, now):
    cheap = place(make_edition(title="Cheap", price="1.00"))
    dear = place(make_edition(title="Dear", price="99.00"))
    cheap_attempt, dear_attempt = begin(cheap), begin(dear)
    pay(cheap_attempt)
    cheap_session = cheap_attempt.session_id
    PaymentAttempt.objects.filter(pk=cheap_attempt.pk).update(session_id=None)
    PaymentAttempt.objects.filter(pk=dear_attempt.pk).update(session_id=cheap_session)

    held = payments.sync(attempt=payments.find_attempt(session_id=cheap_session), now=now)

    assert (held.order, held.state) == (dear, "review")
    assert "the amounts differ, it names another order" in held.note
    assert state(dear).status == "Pending payment"
    assert not MoneyMovement.objects.exists()


def test_a_payment_on_the_page_of_another_attempt_is_left_to_staff(
    order, begin, pay, state, now
):
    first = begin(order)
    PaymentAttempt.objects.filter(pk=first.pk).update(state="failed", session_id=None)
    second = begin(order)
    pay(second)
    PaymentAttempt.objects.filter(pk=second.pk).update(session_id=None)
    PaymentAttempt.objects.filter(pk=first.pk).update(session_id=second.session_id)

    held = payments.sync(attempt=payments.find_attempt(session_id=second.session_id), now=now)

    assert (held.pk, held.state) == (first.pk, "review")
    assert "it names another attempt" in held.note


def test_an_order_that_became_dearer_than_its_page_is_not_settled_by_it(
    order, begin, pay, state, now
):
    attempt = begin(order)
    type(order).objects.filter(pk=order.pk).update(total_incl_tax=Decimal("99.00"))
    pay(attempt)

    attempt = payments.sync(attempt=attempt, now=now)

    assert (attempt.state, state(order).status) == ("review", "Pending payment")


def test_an_old_answer_of_stripes_does_not_unpay_an_order(
    order, begin, pay, state, now, monkeypatch
):
    attempt = begin(order)
    old = payments.gateway.read_session(attempt.session_id)
    pay(attempt)
    payments.sync(attempt=attempt, now=now)
    monkeypatch.setattr(payments.gateway, "read_session", lambda _: old)

    payments.sync(attempt=attempt, now=now)

    assert (state(order).status, state(order).attempts) == ("Paid", ["paid"])


def test_an_old_answer_of_stripes_does_not_reopen_a_payment(
    order, begin, stripe, debit, state, now, monkeypatch
):
    attempt = begin(order)
    debit(attempt, checkout.PAYS)
    old = payments.gateway.read_session(attempt.session_id)
    stripe.advance(4 * 24 * 60 * 60)
    payments.sync(attempt=attempt, now=now)
    monkeypatch.setattr(payments.gateway, "read_session", lambda _: old)

    payments.sync(attempt=attempt, now=now)

    assert (state(order).status, state(order).attempts) == ("Paid", ["paid"])


def test_an_expired_page_leaves_an_order_alone_that_another_page_paid(
    order, begin, pay, stripe, state, now
):
    first = begin(order)
    PaymentAttempt.objects.filter(pk=first.pk).update(state="failed")
    second = begin(order)
    pay(second)
    payments.sync(attempt=second, now=now)
    PaymentAttempt.objects.filter(pk=first.pk).update(state="open")
    stripe.advance(32 * 60)

    payments.sync(attempt=first, now=now)

    assert (state(order).status, state(order).claimed) == ("Paid", 2)
