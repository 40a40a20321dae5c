"""What has to happen though nobody asks: late payments, orders left behind, lost mails."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from oscar.core.loading import get_model

from checkout import alarms, comparing, emails, gateway, inbox, payments, settling
from checkout.alarms import Alarm
from checkout.locks import order_locked
from checkout.models import PaymentAttempt, RefundRequest, StripeComparison

logger = logging.getLogger(__name__)

State = PaymentAttempt.State


@dataclass
class Round:
    """What one round of the timer did."""

    synced: int = 0
    closed: int = 0
    cancelled: int = 0
    refunds: int = 0
    events: int = 0
    mails: int = 0
    failed: int = 0
    alarms: list[Alarm] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.synced} payments checked, {self.closed} closed, "
            f"{self.cancelled} unpaid orders cancelled, {self.refunds} refunds followed, "
            f"{self.events} events finished, {self.mails} mails sent, "
            f"{self.failed} failures, {len(self.alarms)} alarms"
        )


def sync_due(*, now: datetime) -> Round:
    """Go one round; may run as often as one likes, and in several places at once.

    An attempt whose time is over, or whose order is not to be paid any more, is ended at
    Stripe first, then read, and only then are its copies given back.
    """
    done = Round()
    done.events = inbox.finish_all(now=now)
    live = PaymentAttempt.objects.select_related("order").filter(state__in=PaymentAttempt.LIVE)
    for attempt in live.order_by("pk"):
        is_over = attempt.expires_at <= now and attempt.state != State.PROCESSING
        if is_over or attempt.order.status != "Pending payment":
            done.closed += _try(done, partial(payments.close, attempt=attempt, now=now))
        else:
            done.synced += _try(done, partial(payments.sync, attempt=attempt, now=now))
    for order in _left_behind(now):
        done.cancelled += _try(done, partial(_cancel, order, now=now))
    for attempt in _with_unsent_refunds():
        done.refunds += _try(done, partial(payments.sync, attempt=attempt, now=now))
    done.mails = emails.send_all_owed(now=now)
    done.alarms = alarms.ringing(now=now)
    return done


def compare_due(*, now: datetime) -> StripeComparison | None:
    """Compare Stripe's books with ours unless that was done today; return what was found."""
    try:
        return comparing.compare_daily(now=now)
    except (gateway.Unreachable, gateway.Refused) as reason:
        logger.warning("Stripe's books cannot be read now: %s", reason)
        return None


def _with_unsent_refunds() -> QuerySet[PaymentAttempt]:
    unsent = RefundRequest.objects.filter(attempt=OuterRef("pk"), state=RefundRequest.State.NEW)
    attempts = PaymentAttempt.objects.select_related("order")
    return attempts.filter(Exists(unsent)).order_by("pk")


def _left_behind(now: datetime) -> Any:
    """Find the orders that wait for money with no page to pay on, and did for long."""
    long_ago = now - payments.OPEN_FOR
    attempts = PaymentAttempt.objects.filter(order=OuterRef("pk"))
    # A bank says no when its reader does not look: that takes days.
    refused_by_bank = Q(state=State.FAILED, intent_id__isnull=False)
    hopeful = attempts.filter(
        Q(state__in=[*PaymentAttempt.LIVE, State.REVIEW])
        | Q(changed_at__gt=long_ago)
        | refused_by_bank & Q(changed_at__gt=now - payments.AFTER_A_REFUSAL)
    )
    orders = get_model("order", "Order").objects
    return orders.filter(
        ~Exists(hopeful), status="Pending payment", date_placed__lte=long_ago
    ).order_by("pk")


def _cancel(order: Any, *, now: datetime) -> bool:
    with order_locked(order.pk) as locked:
        # An attempt may have begun since the orders were listed.
        still = _left_behind(now).filter(pk=locked.pk).exists()
        return still and settling.cancel(order=locked)


def _try(done: Round, act: Callable[[], object]) -> bool:
    """Do one thing; a failure is logged and leaves the others alone."""
    try:
        return bool(act())
    except Exception:
        logger.exception("The payments timer failed on one order")
        done.failed += 1
        return False
