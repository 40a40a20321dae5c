"""A reader's bank asks for the money back: nothing is sent until it has decided."""

from uuid import uuid4

import pytest

from bookstore.demo.stripe import disputes
from checkout import parcels, payments, refunds
from checkout.models import Dispute, StaffNotice
from tests.books import make_edition, stock_of

pytestmark = pytest.mark.django_db

DISPUTED_CARD = "4000000000000259"


@pytest.fixture
def order(place):
    return place((make_edition(price="24.95", copies=3), 2))


@pytest.fixture
def disputed(order, begin, pay, now):
    attempt = begin(order)
    pay(attempt, card=DISPUTED_CARD)
    return payments.sync(attempt=attempt, now=now)


@pytest.fixture
def decide(stripe, disputed, now):
    """Let the bank decide, and hear of it."""

    def decide(outcome):
        (dispute,) = stripe.store.matching("dispute")
        with stripe.store.change():
            disputes.close(stripe.store, dispute, outcome=outcome)
        for _ in range(2):
            payments.sync(attempt=disputed, now=now)

    return decide


def send(order, now):
    line = order.lines.get()
    return parcels.send(order=order, copies={line.pk: 2}, form_key=uuid4(), now=now)


def test_a_disputed_order_is_paid_and_flagged(disputed, order, state):
    dispute = Dispute.objects.get()

    assert (state(order).status, state(order).movements) == ("Paid", [("payment", 5440)])
    assert (dispute.order, dispute.price, dispute.is_open) == (order, "$54.40", True)
    assert StaffNotice.objects.get().kind == "dispute"


def test_a_disputed_order_is_not_sent(disputed, order, now):
    with pytest.raises(parcels.NotSendable, match="disputed"):
        send(order, now)


def test_a_disputed_payment_is_not_refunded(disputed, order, now):
    with pytest.raises(refunds.NotRefundable, match="dispute"):
        refunds.ask(order=order, amount=100, reason="goodwill", form_key=uuid4(), now=now)


def test_after_a_dispute_that_was_won_the_books_are_sent(decide, order, state, now):
    decide("won")

    send(order, now)

    assert (state(order).status, state(order).movements) == (
        "Dispatched",
        [("payment", 5440)],
    )
    assert not Dispute.objects.get().is_open


def test_a_dispute_that_was_lost_is_on_the_books_once(decide, order, state):
    decide("lost")

    found = state(order)
    assert found.movements == [("payment", 5440), ("chargeback", 5440)]
    assert (found.status, found.claimed) == ("Refunded", 0)
    assert stock_of(order.lines.get().product).num_allocated == 0
    kinds = StaffNotice.objects.values_list("kind", flat=True)
    assert sorted(kinds) == ["dispute", "dispute_lost"]


def test_the_news_of_a_dispute_arrives_as_a_webhook(
    order, begin, pay, now, deliver, events, stripe
):
    attempt = begin(order)
    pay(attempt, card=DISPUTED_CARD)

    assert deliver(events("charge.dispute.created")[0]).status_code == 204

    assert Dispute.objects.get().order == order
