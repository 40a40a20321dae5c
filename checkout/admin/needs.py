"""What orders wait for: parcels, notices, alarms."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.http import urlencode

from bookstore.needs import Need, need
from checkout import alarms, attention, held_up
from checkout.admin.parts import Order
from checkout.admin.permissions import MAY_REFUND, MAY_SEE
from checkout.models import StaffNotice

ALARMS_SHOWN = 10


def of(user: Any, *, now: datetime) -> list[Need]:
    """Return what there is to do with orders, alarms first; twelve queries at most."""
    if not user.has_perm(MAY_SEE):
        return []
    orders = reverse("admin:order_order_changelist")
    counts = Order.objects.aggregate(
        paid=Count("pk", filter=Q(status="Paid")),
        begun=Count("pk", filter=Q(status="In progress")),
    )
    notices = StaffNotice.objects.filter(done_at=None).count()
    troubled = attention.needing(Order.objects.all(), now=now).count()
    return [
        *_alarms(now, orders),
        *need(
            troubled,
            "order needs attention",
            "orders need attention",
            f"{orders}?attention=needed",
        ),
        *_held_up(user, now),
        *need(
            counts["paid"],
            "order is paid and to be sent",
            "orders are paid and to be sent",
            f"{orders}?status=Paid",
        ),
        *need(
            counts["begun"],
            "order is being packed or sent in part",
            "orders are being packed or sent in part",
            f"{orders}?status=In+progress",
        ),
        *need(
            notices,
            "open notice",
            "open notices",
            f"{reverse('admin:checkout_staffnotice_changelist')}?state=open",
        ),
    ]


def _held_up(user: Any, now: datetime) -> list[Need]:
    may_decide = user.has_perm(MAY_REFUND)
    return [
        Need(
            count,
            f"paid {'order is' if count == 1 else 'orders are'} held back by “{stop.title}”, "
            "and nobody has asked the readers or decided",
            reverse("admin:order_order_held", args=[stop.id]) if may_decide else "",
        )
        for stop, count in held_up.unasked(now=now)
    ]


def _alarms(now: datetime, orders: str) -> list[Need]:
    ringing = alarms.ringing(now=now)
    shown = [
        Need(1, f"alarm: {alarm.text}", _page_of(alarm, orders))
        for alarm in ringing[:ALARMS_SHOWN]
    ]
    more = need(len(ringing) - len(shown), "more alarm", "more alarms", "")
    return shown + more


def _page_of(alarm: alarms.Alarm, orders: str) -> str:
    if not alarm.order_number:
        return ""
    return f"{orders}?{urlencode({'q': alarm.order_number})}"
