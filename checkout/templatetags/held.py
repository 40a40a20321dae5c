"""What interruptions do to paid orders, for pages of the admin."""

from typing import Any

from django import template
from django.template import Context
from django.utils import timezone

from checkout import affected, held_up, stakes
from checkout.admin.permissions import MAY_REFUND, MAY_SEE
from shipping import rules
from shipping.models import Interruption
from shipping.rules import Severity

register = template.Library()

ORDERS_SHOWN = 50


@register.inclusion_tag("admin/order/affected.html", takes_context=True)
def affected_by(context: Context, interruption: Interruption) -> dict[str, Any]:
    """Render baskets and paid orders that an interruption, as it was saved, is about."""
    user = context["request"].user
    now = timezone.now()
    waiting = affected.parcels(interruption=interruption)
    is_suspension = interruption.severity == Severity.SUSPENDED
    return {
        "interruption": interruption,
        "baskets": affected.open_baskets(),
        "count": len(waiting),
        "waiting": waiting[:ORDERS_SHOWN] if user.has_perm(MAY_SEE) else [],
        "more": len(waiting[ORDERS_SHOWN:]),
        "is_suspension": is_suspension,
        "stops_parcels": is_suspension and interruption.is_in_force(now),
        "is_over": interruption.ends_at is not None and interruption.ends_at <= now,
        "may_decide": user.has_perms([MAY_SEE, MAY_REFUND]),
    }


@register.inclusion_tag("admin/order/held_back.html", takes_context=True)
def held_back(context: Context, order: Any) -> dict[str, Any]:
    """Render what holds back the parcel of an order; one query if nothing does."""
    is_unsent = order.status in affected.UNSENT
    notice = held_up.suspension(order=order, now=timezone.now()) if is_unsent else None
    if not notice or not stakes.unsent(order):
        return {"notice": None}
    return {
        "notice": notice,
        "reason": rules.suspended(affected.place_of(order), [notice]).rstrip("."),
        "may_decide": context["request"].user.has_perms([MAY_SEE, MAY_REFUND]),
    }
