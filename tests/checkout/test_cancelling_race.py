"""A page begins to exist while its order is cancelled, and nobody has locked the order."""

import pytest
from django.db import IntegrityError, connection
from oscar.core.loading import get_model

from checkout.models import PaymentAttempt
from tests.books import make_edition
from tests.checkout.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)

Order = get_model("order", "Order")


@pytest.fixture
def order(place):
    return place(make_edition(copies=9))


@pytest.fixture
def unguarded():
    """Take the guards away for one test."""
    tables = ["order_order", "checkout_paymentattempt"]
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def begin_and_cancel(order, now):
    """Look whether it may be done, both; then do it, both."""
    acts = ["begin", "cancel"]

    def act(barrier):
        mine = acts.pop()
        seen = Order.objects.get(pk=order.pk)
        assert seen.status == "Pending payment"
        assert not seen.payment_attempts.exists()
        barrier.wait()
        try:
            if mine == "cancel":
                seen.set_status("Cancelled")
            else:
                PaymentAttempt.objects.create(
                    order=seen,
                    number=1,
                    state=PaymentAttempt.State.NEW,
                    amount=100,
                    currency="USD",
                    livemode=False,
                    created_at=now,
                    changed_at=now,
                    expires_at=now,
                )
        except IntegrityError as refusal:
            return f"refused: {refusal.__cause__.diag.constraint_name}"
        return "done"

    return at_once(act)


def test_looking_first_leaves_a_cancelled_order_with_a_page(order, now, unguarded):
    """The control: if this stops happening, the test below proves nothing."""
    assert begin_and_cancel(order, now) == ["done", "done"]
    order.refresh_from_db()
    assert order.status == "Cancelled"
    assert order.payment_attempts.get().is_live


def test_the_database_alone_lets_one_of_them_happen(order, now):
    assert begin_and_cancel(order, now) == ["done", "refused: no_page_of_a_cancelled_order"]
    order.refresh_from_db()
    assert (order.status == "Cancelled") != order.payment_attempts.exists()
