"""The return page, webhooks and the timer act on one payment at the same moment."""

import json
import threading
import time
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client
from oscar.core.loading import get_model
from oscar.models.fields import AutoSlugField
from stripe import WebhookSignature

from checkout import ledger, locks, payments, settling
from checkout.models import MoneyMovement, PaymentAttempt
from checkout.placing import AlreadyPlaced
from tests.books import make_edition
from tests.checkout.conftest import SECRET
from tests.checkout.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def order(place):
    return place(make_edition(price="24.95"))


@pytest.fixture
def paid(order, begin, pay):
    attempt = begin(order)
    pay(attempt)
    return attempt


@pytest.fixture
def sync_at_once(paid, now, monkeypatch):
    """Let several have read from Stripe that the money is there before the first acts."""

    def sync_at_once(times=3):
        def act(_barrier):
            return payments.sync(attempt=paid, now=now).state

        def prepare(barrier):
            def apply(apply=settling.apply, **given):
                barrier.wait()
                apply(**given)

            monkeypatch.setattr(settling, "apply", apply)

        return at_once(act, times=times, prepare=prepare)

    return sync_at_once


@contextmanager
def unlocked(pk):
    with transaction.atomic():
        found = get_model("order", "Order").objects.get(pk=pk)
        yield found


def slowly_twice(*, kind, **given):
    """Record a payment as a shop without unique keys would, with time to be overtaken."""
    time.sleep(0.2)
    MoneyMovement.objects.create(
        pk=f"{given['movement_id']}-{time.monotonic_ns()}",
        order=given["order"],
        kind=kind,
        amount=given["amount"],
        currency=given["currency"],
        intent_id=given["intent_id"],
        recorded_at=given["now"],
    )
    return True


def paid_changes(order):
    return order.status_changes.filter(new_status="Paid").count()


def test_without_lock_and_key_the_money_counts_twice(sync_at_once, order, state, monkeypatch):
    """The control: if this stops happening, the tests below prove nothing."""
    monkeypatch.setattr(settling, "order_locked", unlocked)
    monkeypatch.setattr(PaymentAttempt.objects.all().__class__, "select_for_update", plain)
    monkeypatch.setattr(ledger, "record", slowly_twice)

    sync_at_once()

    assert len(state(order).movements) == 3
    assert paid_changes(order) == 3


def test_the_movements_key_alone_counts_it_once(sync_at_once, order, state, monkeypatch):
    monkeypatch.setattr(settling, "order_locked", unlocked)
    monkeypatch.setattr(PaymentAttempt.objects.all().__class__, "select_for_update", plain)

    sync_at_once()

    assert state(order).movements == [("payment", 2945)]
    assert (state(order).status, paid_changes(order)) == ("Paid", 1)


def test_the_lock_alone_pays_it_once(sync_at_once, order, state, monkeypatch):
    monkeypatch.setattr(ledger, "record", slowly_twice)

    sync_at_once()

    assert (state(order).status, paid_changes(order)) == ("Paid", 1)
    assert state(order).mails == ["confirmation"]


def test_all_at_once_it_counts_once(sync_at_once, order, state, mailoutbox):
    assert sync_at_once() == ["paid"] * 3

    assert state(order).movements == [("payment", 2945)]
    assert (state(order).status, paid_changes(order)) == ("Paid", 1)
    assert len(mailoutbox) == 1
    assert order.sources.get().transactions.count() == 1


def test_the_first_payments_of_a_new_shop_may_come_at_once(
    place, begin, pay, state, now, monkeypatch
):
    """Oscar gives the second of two source types of one name another code, and keeps both."""
    orders = [place(make_edition()) for _ in range(2)]
    attempts = [begin(order) for order in orders]
    for attempt in attempts:
        pay(attempt)
    is_ahead, committed = [False, True], threading.Event()

    def prepare(barrier):
        def create_slug(field, instance, add, create_slug=AutoSlugField.create_slug):
            if isinstance(instance, ledger.SourceType):
                barrier.wait()
                assert is_ahead.pop() or committed.wait(10)
            return create_slug(field, instance, add)

        monkeypatch.setattr(AutoSlugField, "create_slug", create_slug)

    def act(_barrier):
        done = payments.sync(attempt=attempts.pop(), now=now)
        committed.set()
        return done.state

    assert at_once(act, prepare=prepare) == ["paid", "paid"]
    assert ledger.SourceType.objects.count() == 1
    assert [state(order).status for order in orders] == ["Paid", "Paid"]


def test_the_webhook_delivered_twice_and_the_return_page_at_once_pay_once(
    paid, stripe, order, state, now, live_server, mailoutbox
):
    stripe.plan_fault("duplicate", only="checkout.session.completed")
    stripe.webhook_url = f"{live_server.url}/checkout/stripe/webhook/"
    stripe.courier.wake()
    payments.sync(attempt=paid, now=now)

    until(lambda: stripe.is_idle)

    assert (state(order).status, state(order).movements) == ("Paid", [("payment", 2945)])
    assert len(mailoutbox) == 1


def test_a_held_order_makes_stripe_come_again(paid, order, events, state, stripe, monkeypatch):
    monkeypatch.setattr(locks, "LOCK_TIMEOUT", "200ms")
    (event,) = events("checkout.session.completed")

    with transaction.atomic():
        get_model("order", "Order").objects.select_for_update().get(pk=order.pk)
        answers = at_once(lambda _: post(event), times=1)
    assert answers == [503]

    assert post(event) == 204
    assert state(order).status == "Paid"


def test_a_held_order_is_not_waited_for_for_ever(order, monkeypatch):
    monkeypatch.setattr(locks, "LOCK_TIMEOUT", "200ms")

    def lock(_barrier):
        try:
            with locks.order_locked(order.pk):
                return "locked"
        except locks.Busy:
            return "busy"

    with transaction.atomic():
        get_model("order", "Order").objects.select_for_update().get(pk=order.pk)
        assert at_once(lock, times=1) == ["busy"]
    assert at_once(lock, times=1) == ["locked"]


def test_other_troubles_of_the_database_are_not_called_busy(order):
    with pytest.raises(OperationalError), locks.order_locked(order.pk):
        raise OperationalError


def test_two_clicks_on_pay_open_one_page(order, stripe, now, monkeypatch):
    def prepare(barrier):
        monkeypatch.setattr(
            payments,
            "page_of",
            lambda attempt, real=payments.page_of: met(barrier, real, attempt),
        )

    def act(_barrier):
        try:
            return payments.start(order=order, now=now)
        except payments.Unavailable:
            return "try again"

    answers = set(at_once(act, prepare=prepare)) - {"try again"}

    assert len(answers) == 1
    assert len(stripe.store.matching("checkout.session")) == 1
    assert order.payment_attempts.count() == 1


def test_two_clicks_on_order_place_one_order(place, fill):
    basket = fill(make_edition(copies=5))

    def act(barrier):
        barrier.wait()
        try:
            return place(basket=basket).number
        except AlreadyPlaced as already:
            return already.order.number

    assert len(set(at_once(act, times=3))) == 1
    assert get_model("order", "Order").objects.count() == 1


def test_paying_and_expiring_at_once_never_sends_books_unpaid(
    order, begin, pay, stripe, state, now
):
    """Stripe decides: the page is either paid or over."""
    attempt = begin(order)
    acts = [lambda: pay(attempt), lambda: payments.close(attempt=attempt, now=now)]

    def act(barrier):
        mine = acts.pop()
        barrier.wait()
        try:
            mine()
        except Exception as refusal:
            return type(refusal).__name__
        return "done"

    at_once(act)
    payments.sync(attempt=attempt, now=now)

    session = stripe.store.get("checkout.session", attempt.session_id)
    expected = {"complete": ("Paid", 1), "expired": ("Cancelled", 0)}
    assert (state(order).status, state(order).claimed) == expected[session["status"]]


def plain(queryset, *_args, **_kwargs):
    return queryset


def met(barrier, real, attempt):
    barrier.wait()
    return real(attempt)


def post(event):
    body = json.dumps(event)
    header = WebhookSignature.generate_signature_header(body, SECRET)
    return (
        Client()
        .post(
            "/checkout/stripe/webhook/",
            body,
            content_type="application/json",
            headers={"stripe-signature": header},
        )
        .status_code
    )


def until(is_true, *, seconds=10):
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end
        time.sleep(0.05)
    connection.close()
