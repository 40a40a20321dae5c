"""The books: each movement of money once, here and in Oscar's tables."""

from datetime import datetime
from typing import Any

from django.db.models import F
from oscar.core.loading import get_model

from bookstore.money import from_minor_units
from checkout.models import MoneyMovement

Source = get_model("payment", "Source")
SourceType = get_model("payment", "SourceType")
Transaction = get_model("payment", "Transaction")
PaymentEventType = get_model("order", "PaymentEventType")
PaymentEventQuantity = get_model("order", "PaymentEventQuantity")

SOURCE_TYPE, SOURCE_CODE = "Stripe", "stripe"


class CountedElsewhere(Exception):
    """Stripe's charge was recorded before, for another order."""


def record_payment(  # noqa: PLR0913
    *,
    order: Any,
    charge_id: str,
    intent_id: str,
    amount: int,
    currency: str,
    now: datetime,
) -> bool:
    """Record a payment in minor units; return whether it is new.

    The insert decides. Call with the order locked, in the transaction that acts on it.

    :raises CountedElsewhere: if the charge is on record for another order.
    """
    movement, is_new = MoneyMovement.objects.get_or_create(
        pk=charge_id,
        defaults={
            "order": order,
            "kind": MoneyMovement.Kind.PAYMENT,
            "amount": amount,
            "currency": currency,
            "intent_id": intent_id,
            "recorded_at": now,
        },
    )
    if movement.order_id != order.pk:
        raise CountedElsewhere
    if is_new:
        _write_in_oscars_books(order, movement)
    return is_new


def _write_in_oscars_books(order: Any, movement: MoneyMovement) -> None:
    amount = from_minor_units(amount=movement.amount, currency=movement.currency)
    # By its code, which is unique: two first payments at once would make a name twice.
    source_type, _ = SourceType.objects.get_or_create(
        code=SOURCE_CODE, defaults={"name": SOURCE_TYPE}
    )
    source, _ = Source.objects.get_or_create(
        order=order,
        source_type=source_type,
        currency=movement.currency,
        defaults={"reference": movement.intent_id},
    )
    # Oscar's own Source.debit loses an update when two run at once.
    Source.objects.filter(pk=source.pk).update(
        amount_allocated=F("amount_allocated") + amount,
        amount_debited=F("amount_debited") + amount,
    )
    source.transactions.create(
        txn_type=Transaction.DEBIT, amount=amount, reference=movement.pk, status="succeeded"
    )
    event_type, _ = PaymentEventType.objects.get_or_create(name="Paid")
    event = order.payment_events.create(
        event_type=event_type, amount=amount, reference=movement.pk
    )
    PaymentEventQuantity.objects.bulk_create(
        PaymentEventQuantity(event=event, line=line, quantity=line.quantity)
        for line in order.lines.all()
    )
