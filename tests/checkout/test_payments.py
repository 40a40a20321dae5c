# ruff: noqa: PLR0913, PLR0917 - a fixture is an argument
"""From the order to the money, against Stripe's stand-in, through the real SDK."""

import socket
import time
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

CREATE = "POST /v1/checkout/sessions"


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
    order, begin, stripe, state, now
):
    attempt = begin(order)
    debit(stripe, attempt, checkout.PAYS)
    payments.sync(attempt=attempt, now=now)
    assert (state(order).status, state(order).attempts) == ("Pending payment", ["processing"])
    assert state(order).claimed == 2
    with pytest.raises(payments.NotPayable):
        payments.start(order=order, now=now)

    stripe.advance(4 * 24 * 60 * 60)
    payments.sync(attempt=attempt, now=now)

    assert (state(order).status, state(order).attempts) == ("Paid", ["paid"])


def test_a_bank_that_refuses_after_days_lets_the_reader_try_again(
    order, begin, pay, stripe, state, now
):
    attempt = begin(order)
    debit(stripe, attempt, checkout.REFUSES)
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


def test_money_for_a_cancelled_order_is_recorded_and_left_to_staff(
    order, begin, pay, state, now
):
    attempt = begin(order)
    type(order).objects.get(pk=order.pk).set_status("Cancelled")
    pay(attempt)

    for _ in range(2):
        attempt = payments.sync(attempt=attempt, now=now)

    found = state(order)
    assert (found.status, found.attempts) == ("Cancelled", ["review"])
    assert (found.movements, found.mails) == ([("payment", 5440)], [])
    assert attempt.note == "Paid when the order was cancelled: to be refunded."


def test_an_order_paid_twice_is_paid_and_the_second_payment_left_to_staff(
    order, begin, pay, state, now
):
    first = begin(order)
    PaymentAttempt.objects.filter(pk=first.pk).update(state="failed")
    second = begin(order)
    pay(first)
    pay(second)

    for attempt in (second, first, second, first):
        payments.sync(attempt=attempt, now=now)

    found = state(order)
    assert (found.status, found.attempts) == ("Paid", ["review", "paid"])
    assert found.movements == [("payment", 5440)] * 2
    assert found.mails == ["confirmation"]
    assert order.sources.get().amount_debited == Decimal("108.80")


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


def test_an_answer_lost_on_the_way_makes_one_page(order, stripe, sessions, begin):
    """Stripe's SDK asks again by itself, with the same key."""
    stripe.plan_fault("lose_response", only=CREATE)

    attempt = begin(order)

    assert [session["id"] for session in sessions()] == [attempt.session_id]


def test_an_answer_lost_for_good_and_a_second_try_make_one_page(
    order, stripe, sessions, begin, now, monkeypatch
):
    with monkeypatch.context() as patched:
        patched.setattr(payments.gateway, "open_page", losing_the_answer)
        with pytest.raises(payments.Unavailable):
            payments.start(order=order, now=now)

    attempt = begin(order)

    assert len(sessions()) == 1
    assert (attempt.number, attempt.session_id) == (1, sessions()[0]["id"])


def test_a_request_whose_answer_was_a_500_gets_a_new_row(order, stripe, begin, pay, state, now):
    """Stripe repeats a 500 for the same key for ever."""
    stripe.plan_fault("fail_before", only=CREATE)
    with pytest.raises(payments.Unavailable):
        payments.start(order=order, now=now)
    assert state(order).attempts == ["failed"]

    attempt = begin(order)
    pay(attempt)
    payments.sync(attempt=attempt, now=now)

    assert (state(order).status, state(order).attempts) == ("Paid", ["failed", "paid"])


def test_a_try_long_after_the_first_was_lost_gets_a_page_at_once(
    order, stripe, begin, state, now, shop
):
    """Stripe has never heard of the first, whose end is now too near for a page."""
    base, shop.STRIPE_API_BASE = shop.STRIPE_API_BASE, "http://127.0.0.1:9"
    with pytest.raises(payments.Unavailable):
        payments.start(order=order, now=now - timedelta(minutes=5))
    shop.STRIPE_API_BASE = base

    attempt = begin(order)

    assert (attempt.number, state(order).attempts) == (2, ["failed", "open"])


def test_when_stripe_is_busy_the_same_page_is_asked_for_again(order, stripe, begin, now):
    stripe.plan_fault("rate_limit", only=CREATE)
    with pytest.raises(payments.Unavailable):
        payments.start(order=order, now=now)

    assert begin(order).number == 1


def test_a_stripe_that_hangs_is_given_up_in_ten_seconds_and_the_order_kept(
    order, stripe, shop, begin, state, now
):
    base = shop.STRIPE_API_BASE
    with socket.create_server(("127.0.0.1", 0)) as silent:
        shop.STRIPE_API_BASE = f"http://127.0.0.1:{silent.getsockname()[1]}"
        began = time.monotonic()
        with pytest.raises(payments.Unavailable):
            payments.start(order=order, now=now)
        assert time.monotonic() - began < 10
    assert (state(order).status, state(order).claimed) == ("Pending payment", 2)

    shop.STRIPE_API_BASE = base
    assert begin(order).number == 1


def test_a_wrong_key_is_told_to_staff_and_not_to_the_reader(order, stripe, shop, now, caplog):
    shop.STRIPE_SECRET_KEY = "sk_test_somebody_else"

    with pytest.raises(payments.Unavailable):
        payments.start(order=order, now=now)

    assert "Stripe does not accept STRIPE_SECRET_KEY" in caplog.text


def test_no_attempt_has_no_session(order, begin):
    attempt = begin(order)

    assert payments.find_attempt(session_id=attempt.session_id) == attempt
    assert payments.find_attempt(session_id="") is None
    assert payments.find_attempt(session_id="cs_test_guess") is None


def losing_the_answer(page, ask=payments.gateway.open_page):
    ask(page)
    raise payments.gateway.Unreachable


def debit(stripe, attempt, account):
    payer = {"name": "Ada Reader", "email": "ada@example.com"}
    checkout.pay_by_debit(stripe.store, attempt.session_id, account=account, payer=payer)
