"""Stripe's deliveries: kept, and worked on until their effect is committed."""

import logging
from datetime import datetime, timedelta

from django.db.models import F

from checkout import gateway, limits, notices, payments
from checkout.models import PaymentAttempt, StaffNotice, StripeEvent

logger = logging.getLogger(__name__)

SESSION_EVENTS = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
)
INTENT_EVENTS = (
    "payment_intent.payment_failed",
    "charge.refunded",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    "refund.created",
    "refund.updated",
    "refund.failed",
)
HEARD = SESSION_EVENTS + INTENT_EVENTS
"""What Stripe has to tell the shop; other events change nothing."""
BATCH = 100


def receive(*, event: gateway.Event, now: datetime) -> None:
    """Keep an event and act on it; an event that was acted on before changes nothing.

    An event only says where to look: the state is read from Stripe.

    :raises gateway.Unreachable: if Stripe does not answer; the event stays unfinished.
    :raises checkout.locks.Busy: if the order is held; the event stays unfinished.
    """
    if event.kind not in HEARD:
        return
    kept, _ = StripeEvent.objects.get_or_create(
        pk=event.id,
        defaults={
            "kind": event.kind,
            "object_id": event.object_id,
            "intent_id": event.intent_id,
            "received_at": now,
        },
    )
    if kept.done_at is None:
        _work_on(kept, now=now)


def finish_all(*, now: datetime, older_than: timedelta = timedelta(seconds=30)) -> int:
    """Act on the events that were received and not finished; return how many are now."""
    left = StripeEvent.objects.filter(done_at=None, received_at__lte=now - older_than)
    finished = 0
    for kept in left.order_by("tries", "received_at")[:BATCH]:
        try:
            _work_on(kept, now=now)
        except Exception:
            logger.exception("Stripe's event %s is not finished", kept.pk)
        else:
            finished += 1
    return finished


def _work_on(kept: StripeEvent, *, now: datetime) -> None:
    mine = StripeEvent.objects.filter(pk=kept.pk)
    try:
        attempt = _attempt_of(kept, now=now)
        if attempt and limits.has_too_many_refusals(attempt=attempt, now=now):
            payments.close(attempt=attempt, now=now)
        elif attempt:
            had_returns = kept.kind.startswith("refund.")
            payments.sync(attempt=attempt, now=now, had_returns=had_returns)
        else:
            logger.warning("Stripe's event %s is about no order of ours", kept.pk)
    except gateway.Refused as refusal:
        # Stripe will say the same for ever: a person has to look.
        notices.tell(
            kind=StaffNotice.Kind.STRIPE,
            about=kept.pk,
            text=f"Stripe's event {kept.pk} ({kept.kind}) cannot be read: {refusal}",
            now=now,
        )
        mine.update(tries=F("tries") + 1, error=repr(refusal), done_at=now)
        return
    except Exception as error:
        mine.update(tries=F("tries") + 1, error=repr(error))
        raise
    mine.update(tries=F("tries") + 1, error="", done_at=now)


def _attempt_of(kept: StripeEvent, *, now: datetime) -> PaymentAttempt | None:
    if kept.kind in SESSION_EVENTS:
        return payments.adopt_session(session_id=kept.object_id, now=now)
    return payments.find_payment(intent_id=kept.intent_id, now=now)
