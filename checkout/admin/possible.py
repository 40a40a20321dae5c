"""What can be done with an order now, by somebody with these rights."""

from dataclasses import dataclass
from typing import Any

from checkout import alarms, cancelling, confirming, parcels, refunding
from checkout.admin.permissions import MAY_REFUND, MAY_SEND, MAY_WORK
from checkout.standing import LineStanding


@dataclass(frozen=True)
class Act:
    """A button: the name of its page, its words, whether pressing it does it at once."""

    page: str
    words: str
    is_at_once: bool = False

    @property
    def url(self) -> str:
        """Return the name of its address."""
        return f"admin:order_order_{self.page}"


def acts(order: Any, lines: list[LineStanding], user: Any) -> list[Act]:
    """Return the buttons of an order's page."""
    is_disputed = order.disputes.filter(closed_at=None).exists()
    has_to_send = any(each.to_send for each in lines)
    may_send = user.has_perm(MAY_SEND) and has_to_send and not is_disputed
    found = []
    if may_send and order.status == "Paid":
        found.append(Act("packing", "Begin packing", is_at_once=True))
    if may_send and order.status in parcels.SENDABLE:
        found.append(Act("parcel", "Dispatch"))
    if user.has_perm(MAY_REFUND):
        if refunding.most(order) and not is_disputed:
            found.append(Act("refund", "Refund"))
        if cancelling.can_be_cancelled(order):
            found.append(Act("cancellation", "Cancel the order"))
    if user.has_perm(MAY_WORK):
        found += _small_acts(order)
    return found


def _small_acts(order: Any) -> list[Act]:
    found = []
    if order.payment_attempts.exclude(session_id=None).exists():
        found.append(Act("stripe", "Ask Stripe again", is_at_once=True))
    if order.status in alarms.PAID and not confirming.is_waiting(order):
        found.append(Act("confirmation", "Resend confirmation", is_at_once=True))
    return found
