"""The books: each movement of money once, here and in Oscar's tables."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Case, F, QuerySet, Sum, When
from oscar.core.loading import get_model

from bookstore.money import from_minor_units
from checkout.models import MoneyMovement, PaymentAttempt, RefundRequest

Source = get_model("payment", "Source")
SourceType = get_model("payment", "SourceType")
Transaction = get_model("payment", "Transaction")
PaymentEventType = get_model("order", "PaymentEventType")
PaymentEventQuantity = get_model("order", "PaymentEventQuantity")

SOURCE_TYPE, SOURCE_CODE = "Stripe", "stripe"
Kind = MoneyMovement.Kind
# What Oscar's books call each movement.
ENTRIES = {
    Kind.PAYMENT: Transaction.DEBIT,
    Kind.REFUND: Transaction.REFUND,
    Kind.RETURN: "Refund returned",
    Kind.CHARGEBACK: "Chargeback",
}


class CountedElsewhere(Exception):
    """Stripe's charge, refund or dispute was recorded before, for another order."""


def record(  # noqa: PLR0913
    *,
    order: Any,
    kind: str,
    movement_id: str,
    intent_id: str,
    amount: int,
    currency: str,
    now: datetime,
) -> bool:
    """Record a movement of money in minor units; return whether it is new.

    The insert decides. Call with the order locked, in the transaction that acts on it.

    :raises CountedElsewhere: if it is on record for another order.
    """
    movement, is_new = MoneyMovement.objects.get_or_create(
        pk=movement_id,
        defaults={
            "order": order,
            "kind": kind,
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


def money_held(movements: QuerySet[MoneyMovement]) -> int:
    """Return what is left, in minor units, of the money that came."""
    return movements.aggregate(held=Sum(_signed()))["held"] or 0


def payments_of(order: Any) -> list[PaymentAttempt]:
    """Return the order's payments that came, oldest first."""
    return list(order.payment_attempts.filter(state=PaymentAttempt.State.PAID))


def left_to_refund(attempt: PaymentAttempt) -> int:
    """Return how much of a payment, in minor units, is held and not asked back yet."""
    held = money_held(MoneyMovement.objects.filter(intent_id=attempt.intent_id))
    asked = attempt.refund_requests.filter(state=RefundRequest.State.NEW, refund_id=None)
    return held - (asked.aggregate(sum=Sum("amount"))["sum"] or 0)


def most_refundable(orders: Collection[int]) -> dict[int, int]:
    """Return the most that one refund of each order can give back, in minor units.

    Three queries, whatever their number.
    """
    movements = MoneyMovement.objects.filter(order__in=orders).order_by()
    held = dict(movements.values_list("intent_id").annotate(held=Sum(_signed())))
    requests = RefundRequest.objects.filter(order__in=orders).order_by()
    asked: Counter[int] = Counter(
        dict(
            requests.filter(state=RefundRequest.State.NEW, refund_id=None)
            .values_list("attempt")
            .annotate(sum=Sum("amount"))
        )
    )
    most = dict.fromkeys(orders, 0)
    paid = PaymentAttempt.objects.filter(order__in=orders, state=PaymentAttempt.State.PAID)
    for pk, order_id, intent_id in paid.values_list("pk", "order", "intent_id"):
        most[order_id] = max(most[order_id], held.get(intent_id, 0) - asked[pk])
    return most


def _signed() -> Case:
    return Case(When(kind__in=MoneyMovement.COMES_IN, then=F("amount")), default=-F("amount"))


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
    # Oscar's own Source.debit and Source.refund lose an update when two run at once.
    _count(source, Kind(movement.kind), amount)
    source.transactions.create(
        txn_type=ENTRIES[Kind(movement.kind)],
        amount=amount,
        reference=movement.pk,
        status="succeeded",
    )
    event_type, _ = PaymentEventType.objects.get_or_create(name=movement.get_kind_display())
    event = order.payment_events.create(
        event_type=event_type, amount=amount, reference=movement.pk
    )
    if movement.kind == Kind.PAYMENT:
        PaymentEventQuantity.objects.bulk_create(
            PaymentEventQuantity(event=event, line=line, quantity=line.quantity)
            for line in order.lines.all()
        )


def _count(source: Any, kind: Kind, amount: Decimal) -> None:
    if kind == Kind.PAYMENT:
        changes = {
            "amount_allocated": F("amount_allocated") + amount,
            "amount_debited": F("amount_debited") + amount,
        }
    else:
        back = -amount if kind == Kind.RETURN else amount
        changes = {"amount_refunded": F("amount_refunded") + back}
    Source.objects.filter(pk=source.pk).update(**changes)
