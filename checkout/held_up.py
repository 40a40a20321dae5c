"""What stands in the way of an order's parcel now, asked about or not."""

from datetime import datetime
from typing import Any

from checkout import stakes
from shipping import quoting
from shipping.rules import Notice

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
