"""An order is called off: by the reader, before anything was sent."""

from uuid import UUID, uuid4

import pytest

from bookstore.demo.stripe import refunds as at_stripe
from checkout import cancelling, keys, parcels, payments
from checkout.models import PaymentAttempt, RefundRequest
from checkout.orders import order_url
from tests.books import make_edition, stock_of

pytestmark = pytest.mark.django_db

FORM = UUID("00000000-0000-4000-8000-000000000001")


@pytest.fixture
def edition(db):
    return make_edition(title="My Life", price="24.95", copies=3)


@pytest.fixture
def order(place, edition):
    return place((edition, 2))


@pytest.fixture
def paid(order, begin, pay, now):
    attempt = begin(order)
    pay(attempt)
    return payments.sync(attempt=attempt, now=now)


@pytest.fixture
def page(order):
    return order_url(order).removeprefix("http://testserver") + "cancel/"


@pytest.fixture
def cancel(order, now):
    def cancel(form_key=None):
        fresh = type(order).objects.get(pk=order.pk)
        cancelling.cancel(order=fresh, reason="reader", form_key=form_key or uuid4(), now=now)

    return cancel


def test_the_page_asks_first_and_says_what_goes_back(client, page, paid, order, state):
    text = client.get(page).text

    assert "$54.40 goes back to you" in text
    assert state(order).status == "Paid"


def test_a_reader_who_cancels_gets_the_money_back(client, page, paid, order, state, edition):
    answer = client.post(page, {"form_key": FORM}, follow=True)

    assert "This order was cancelled and refunded" in answer.text
    found = state(order)
    assert (found.status, found.claimed) == ("Refunded", 0)
    assert found.movements == [("payment", 5440), ("refund", 5440)]
    assert stock_of(edition).num_allocated == 0


def test_a_second_click_refunds_once(client, page, paid, order, state):
    for _ in range(2):
        client.post(page, {"form_key": FORM})

    assert state(order).movements == [("payment", 5440), ("refund", 5440)]
    assert RefundRequest.objects.count() == 1


def test_two_windows_refund_once(cancel, paid, order, state):
    cancel()
    with pytest.raises(cancelling.NotCancelled):
        cancel()

    assert state(order).movements == [("payment", 5440), ("refund", 5440)]


def test_while_stripe_is_down_the_refund_is_kept_and_nothing_is_sent(
    client, page, paid, order, state, settings, now
):
    base, settings.STRIPE_API_BASE = settings.STRIPE_API_BASE, "http://127.0.0.1:9"

    text = client.post(page, {"form_key": FORM}, follow=True).text

    assert "Your cancellation is under way" in text
    assert "$54.40 will be sent back to you." in text
    with pytest.raises(parcels.NotSendable):
        parcels.send(order=order, copies={order.lines.get().pk: 1}, form_key=uuid4(), now=now)
    settings.STRIPE_API_BASE = base
    payments.sync(attempt=paid, now=now)
    assert state(order).status == "Refunded"


def test_an_unpaid_order_is_ended_at_stripe_first(cancel, begin, order, state, stripe):
    attempt = begin(order)

    cancel()

    assert stripe.store.get("checkout.session", attempt.session_id)["status"] == "expired"
    assert (state(order).status, state(order).claimed) == ("Cancelled", 0)


def test_an_order_that_was_paid_a_moment_ago_is_not_lost(cancel, begin, pay, order, state):
    pay(begin(order))

    with pytest.raises(cancelling.NotCancelled, match="being paid"):
        cancel()

    assert (state(order).status, state(order).claimed) == ("Paid", 2)


def test_after_the_parcel_has_left_it_is_too_late(client, page, paid, order, state, now):
    parcels.send(order=order, copies={order.lines.get().pk: 1}, form_key=uuid4(), now=now)

    assert client.get(page).status_code == 302
    text = client.post(page, {"form_key": FORM}, follow=True).text

    assert "cannot be changed any more: it is in progress." in text
    assert state(order).movements == [("payment", 5440)]


def test_a_free_order_is_ended_without_money(place, now, state):
    order = place(make_edition(type="epub", price="0.00"))
    payments.start(order=order, now=now)
    order.refresh_from_db()

    cancelling.cancel(order=order, reason="reader", form_key=uuid4(), now=now)

    assert (state(order).status, state(order).movements) == ("Refunded", [])


def test_a_payment_nobody_understands_is_refunded_at_stripe_before_the_order_ends(
    cancel, begin, pay, order, state, now, stripe
):

    attempt = begin(order)
    pay(attempt)
    PaymentAttempt.objects.filter(pk=attempt.pk).update(amount=100)
    attempt = payments.sync(attempt=attempt, now=now)
    with pytest.raises(cancelling.NotCancelled, match="refund it there first"):
        cancel()

    with stripe.store.change():
        at_stripe.create(stripe.store, {"payment_intent": attempt.intent_id})
    cancel()

    assert (state(order).status, state(order).claimed) == ("Cancelled", 0)


def test_a_wrong_link_cancels_nothing(client, page, paid, order, state):
    assert client.post(page.replace("/cancel/", "x/cancel/")).status_code == 404
    assert state(order).status == "Paid"


def test_a_key_that_a_reader_chose_takes_nobodys_refund_away(
    client, page, paid, order, place, begin, pay, give_up, state, now
):
    """The keys of refunds that go back by themselves are the shop's secret."""
    other = place(make_edition(price="10.00"))
    attempt = begin(other)
    stolen = keys.secret_key("refund by itself", attempt.pk)
    client.post(page, {"form_key": stolen})
    give_up(other)
    pay(attempt)

    payments.sync(attempt=attempt, now=now)

    assert state(other).movements == [("payment", 1450), ("refund", 1450)]
    assert state(order).status == "Refunded"


def test_a_payment_refunded_at_stripe_is_not_checked_again(
    cancel, begin, pay, order, state, now, stripe
):
    attempt = begin(order)
    pay(attempt)
    PaymentAttempt.objects.filter(pk=attempt.pk).update(amount=100)
    attempt = payments.sync(attempt=attempt, now=now)
    with stripe.store.change():
        at_stripe.create(stripe.store, {"payment_intent": attempt.intent_id})
    cancel()

    payments.sync(attempt=attempt, now=now)

    assert (state(order).status, state(order).attempts) == ("Cancelled", ["failed"])


def test_a_payment_nobody_understands_that_was_lost_in_a_dispute_lets_the_order_end(
    cancel, begin, pay, order, state, now, stripe
):
    attempt = begin(order)
    pay(attempt, card="4000000000000259")
    PaymentAttempt.objects.filter(pk=attempt.pk).update(amount=100)
    attempt = payments.sync(attempt=attempt, now=now)
    assert order.disputes.get().is_open
    (dispute,) = stripe.store.matching("dispute")
    stripe.close_dispute(dispute["id"], is_won=False)

    cancel()
    payments.sync(attempt=attempt, now=now)

    assert (state(order).status, state(order).claimed) == ("Cancelled", 0)
    assert state(order).attempts == ["failed"]
