"""Compare Stripe's books with ours, once a day, and mend what was missed."""

import logging
from datetime import UTC, datetime, timedelta

from django.db.models import QuerySet
from oscar.core.loading import get_model

from checkout import gateway, inbox, ledger, notices, payments
from checkout.gateway import Payment
from checkout.locks import Busy
from checkout.models import MoneyMovement, StaffNotice, StripeComparison, StripeEvent

logger = logging.getLogger(__name__)

LOOKS_BACK = timedelta(days=8)
"""How far; a bank debit settles within days."""

A_WHILE = timedelta(minutes=10)
"""How long a webhook may take without being missed."""

Kind = MoneyMovement.Kind


def compare_daily(*, now: datetime) -> StripeComparison | None:
    """Compare if nobody has today (UTC); return what was found, or None if it was done.

    The day's row decides who compares; one that did not finish is begun again.

    :raises gateway.Unreachable: if Stripe does not answer.
    """
    today = now.astimezone(UTC).date()
    done, _ = StripeComparison.objects.get_or_create(on_date=today, defaults={"began_at": now})
    if done.finished_at is not None:
        return None
    return compare(comparison=done, now=now)


def compare(*, comparison: StripeComparison, now: datetime) -> StripeComparison:
    """Act on events that never arrived, then say in what the books still differ.

    :raises gateway.Unreachable: if Stripe does not answer.
    """
    since = now - LOOKS_BACK
    _hear_missed_events(since, now=now)
    differences, number = [], 0
    for payment in gateway.list_payments(since=since):
        number += 1
        if difference := _difference(payment, now=now):
            differences.append(difference)
            _tell(payment, difference, now=now)
    comparison.payments, comparison.differences = number, "\n".join(differences)
    comparison.finished_at = now
    comparison.save()
    return comparison


def _tell(payment: Payment, difference: str, *, now: datetime) -> None:
    """Put a difference before staff, again as long as it is there and nobody has it."""
    kind, intent = StaffNotice.Kind.DIFFERENCE, payment.intent_id
    known = StaffNotice.objects.filter(kind=kind, about__startswith=intent, done_at=None)
    if known.exists():
        return
    order = get_model("order", "Order").objects.filter(number=payment.order_number).first()
    about = f"{intent} {now.astimezone(UTC):%Y-%m-%d}"
    notices.tell(kind=kind, about=about, order=order, text=difference, now=now)


def _hear_missed_events(since: datetime, *, now: datetime) -> None:
    for event in reversed(list(gateway.list_events(kinds=list(inbox.HEARD), since=since))):
        if StripeEvent.objects.filter(pk=event.id).exclude(done_at=None).exists():
            continue
        try:
            inbox.receive(event=event, now=now)
        except Exception:
            logger.exception("Stripe's event %s is not finished", event.id)


def _difference(payment: Payment, *, now: datetime) -> str:
    """Say in what a payment differs from our books after it was read again; empty if not."""
    if _is_equal(payment):
        return ""
    try:
        attempt = payments.find_payment(intent_id=payment.intent_id, now=now)
        if attempt:
            payments.sync(attempt=attempt, now=now)
    except (gateway.Refused, Busy) as reason:
        return f"{payment.intent_id}: could not be read again ({reason!r})"
    if attempt is None:
        # The account may serve others, too: only what names an order is ours.
        unknown = f"{payment.intent_id}: paid for an order that is not known"
        return f"{unknown} ({payment.order_number})" if payment.order_number else ""
    if _is_equal(payment):
        return ""
    held = ledger.money_held(_without_chargebacks(payment))
    return (
        f"{payment.intent_id}, order {attempt.order.number}: Stripe holds "
        f"{payment.received - payment.refunded} {payment.currency}, the books say {held} "
        "(minor units)"
    )


def _is_equal(payment: Payment) -> bool:
    held = ledger.money_held(_without_chargebacks(payment))
    return held == payment.received - payment.refunded


def _without_chargebacks(payment: Payment) -> QuerySet[MoneyMovement]:
    """Return what we recorded of a payment; Stripe's refunds leave lost disputes out."""
    movements = MoneyMovement.objects.filter(intent_id=payment.intent_id)
    return movements.exclude(kind=Kind.CHARGEBACK)
