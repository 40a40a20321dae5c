"""What stands in the way of an order's parcel now, asked about or not."""

from datetime import datetime
from typing import Any

from oscar.core.loading import get_model

from checkout import affected, stakes, standing
from shipping import quoting, rules
from shipping.models import Interruption
from shipping.rules import Notice, Severity

UNSENT = frozenset({"Pending payment", "Paid", "In progress"})


def suspension(*, order: Any, now: datetime) -> Notice | None:
    """Return the notice that holds back the parcel of an order now, if there is one."""
    address = order.shipping_address
    if address is None:
        return None
    return quoting.suspension(
        country_code=address.country_id,
        postcode=address.postcode or "",
        method_code=order.shipping_code,
        now=now,
    )


def to_tell(*, order: Any, now: datetime) -> Notice | None:
    """Return what its reader has to know before paying or while waiting; one query if nothing.

    Only of an order with something left to send, paid or not.
    """
    if order.status not in UNSENT:
        return None
    notice = suspension(order=order, now=now)
    return notice if notice and stakes.unsent(order) else None


def unasked(*, now: datetime) -> list[tuple[Notice, int]]:
    """Return each suspension in force with how many paid orders it holds back, new to us.

    New are those whose readers were not asked and about which nobody has decided. Six
    queries, whatever their number; one if parcels go everywhere.
    """
    stops = Interruption.objects.in_force(now).filter(severity=Severity.SUSPENDED).as_notices()
    if not stops:
        return []
    orders = get_model("order", "Order").objects.filter(
        status__in=affected.UNSENT, shipping_address__isnull=False
    )
    found = orders.select_related("shipping_address__country").prefetch_related("held_parcels")
    held = {stop: [order for order in found if _is_new(order, stop)] for stop in stops}
    to_send = standing.of_orders({order for orders in held.values() for order in orders})
    counted = [
        (stop, sum(any(line.to_send for line in to_send[order.pk]) for order in orders))
        for stop, orders in held.items()
    ]
    return [(stop, count) for stop, count in counted if count]


def _is_new(order: Any, stop: Notice) -> bool:
    if any(each.interruption_id == stop.id for each in order.held_parcels.all()):
        return False
    place = affected.place_of(order)
    return rules.stopping([stop], place=place, method_code=order.shipping_code) is not None
