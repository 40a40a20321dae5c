"""What must not go on unseen: money without a mail, refunds and events that do not end."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from oscar.core.loading import get_model

from checkout.models import OrderMail, RefundRequest, StripeEvent

PATIENCE = timedelta(minutes=10)
PAID = ("Paid", "In progress", "Dispatched")


@dataclass(frozen=True)
class Alarm:
    """Something that has gone on for too long, in a sentence; the order's number if of one."""

    text: str
    order_number: str = ""


def ringing(*, now: datetime) -> list[Alarm]:
    """Return what is wrong now; it falls silent when it is mended."""
    alarms = [
        Alarm(f"Order {order.number} is paid, its confirmation has not gone out.", order.number)
        for order in unconfirmed_orders(now=now)
    ]
    waiting = RefundRequest.objects.filter(
        state=RefundRequest.State.NEW, created_at__lte=now - PATIENCE
    )
    alarms += [
        Alarm(
            f"{request} of order {request.order.number} does not get through to Stripe.",
            request.order.number,
        )
        for request in waiting.select_related("order")
    ]
    events = StripeEvent.objects.filter(done_at=None, received_at__lte=now - PATIENCE).count()
    if events:
        alarms.append(Alarm(f"{events} of Stripe's events cannot be finished."))
    return alarms


def unconfirmed_orders(*, now: datetime) -> QuerySet[Any]:
    """Return the paid orders whose confirmation no mail server has accepted in time."""
    orders = get_model("order", "Order").objects
    confirmations = OrderMail.objects.filter(
        order=OuterRef("pk"), kind=OrderMail.Kind.CONFIRMATION
    )
    sent = confirmations.exclude(sent_at=None)
    fresh = confirmations.filter(created_at__gt=now - PATIENCE)
    return orders.filter(~Exists(sent), ~Exists(fresh), status__in=PAID).order_by("pk")
