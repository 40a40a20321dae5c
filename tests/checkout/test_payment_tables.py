"""What the database itself does not allow, whoever asks."""

from itertools import permutations

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from oscar.core.loading import get_model

from checkout.models import MoneyMovement, OrderMail, PaymentAttempt, StripeEvent
from tests.books import make_edition

pytestmark = pytest.mark.django_db

State = PaymentAttempt.State
PIPELINE = settings.OSCAR_ORDER_STATUS_PIPELINE


@pytest.fixture
def order(place):
    return place(make_edition(copies=9))


@pytest.fixture
def attempt(now):
    def attempt(order, **fields):
        given = {
            "number": order.payment_attempts.count() + 1,
            "state": State.FAILED,
            "amount": 100,
            "currency": "USD",
            "livemode": False,
            "created_at": now,
            "changed_at": now,
            "expires_at": now,
        }
        with transaction.atomic():
            return PaymentAttempt.objects.create(order=order, **given | fields)

    return attempt


@pytest.mark.parametrize("one", PaymentAttempt.LIVE)
@pytest.mark.parametrize("other", PaymentAttempt.LIVE)
def test_an_order_has_one_live_attempt(order, attempt, one, other):
    attempt(order, state=one)

    with pytest.raises(IntegrityError, match="one_live_attempt_an_order"):
        attempt(order, state=other)


def test_a_dead_attempt_makes_room(order, attempt):
    for state in (State.FAILED, State.EXPIRED, State.PAID, State.REVIEW):
        attempt(order, state=state)

    assert attempt(order, state=State.NEW).number == 5


@pytest.mark.parametrize("name", ["session_id", "intent_id"])
def test_what_stripe_made_belongs_to_one_attempt(order, place, attempt, name):
    attempt(order, **{name: "made_once"})

    with pytest.raises(IntegrityError, match=name):
        attempt(place(make_edition()), **{name: "made_once"})


def test_an_orders_attempts_are_numbered(order, attempt):
    attempt(order, number=1)

    with pytest.raises(IntegrityError, match="one_attempt_a_number"):
        attempt(order, number=1)


@pytest.mark.parametrize("amount", [0, -1])
def test_money_that_moved_is_some(order, now, amount):
    with pytest.raises(IntegrityError):
        MoneyMovement.objects.create(
            pk="ch_1",
            order=order,
            kind="payment",
            amount=amount,
            currency="USD",
            intent_id="pi_1",
            recorded_at=now,
        )


def test_an_event_is_kept_once(now):
    StripeEvent.objects.create(pk="evt_1", kind="x", object_id="y", received_at=now)

    with pytest.raises(IntegrityError):
        StripeEvent.objects.create(pk="evt_1", kind="x", object_id="y", received_at=now)


def test_an_order_is_confirmed_by_one_mail(order, now):
    OrderMail.objects.create(order=order, kind="confirmation", created_at=now)

    with pytest.raises(IntegrityError, match="one_mail_a_kind"):
        OrderMail.objects.create(order=order, kind="confirmation", created_at=now)


def write_status(order, status):
    with transaction.atomic():
        return get_model("order", "Order").objects.filter(pk=order.pk).update(status=status)


@pytest.mark.parametrize(("before", "after"), list(permutations(PIPELINE, 2)))
def test_an_orders_status_moves_as_the_settings_say(order, bring, before, after):
    bring(order, before)

    if after in PIPELINE[before]:
        assert write_status(order, after) == 1
    else:
        with pytest.raises(IntegrityError, match=f"from {before} to {after}"):
            write_status(order, after)


@pytest.mark.parametrize("state", PaymentAttempt.LIVE)
def test_an_order_that_may_still_be_paid_is_not_cancelled(order, attempt, state):
    attempt(order, state=state)

    with pytest.raises(IntegrityError, match="may still be paid"):
        write_status(order, "Cancelled")


@pytest.mark.parametrize("state", PaymentAttempt.LIVE)
@pytest.mark.parametrize("status", ["Cancelled", "Paid"])
def test_an_order_that_awaits_no_money_is_not_asked_for_it(order, attempt, state, status):
    write_status(order, status)

    with pytest.raises(IntegrityError, match="awaits no money"):
        attempt(order, state=state)
