"""How far each line of an order is: bought, sent, refunded, still to be sent."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from oscar.core.loading import get_model

from checkout.models import ParcelLine, RefundLine, RefundRequest

Reason = RefundRequest.Reason


@dataclass(frozen=True)
class LineStanding:
    """One line, in copies. `refunded` counts what is asked for and has not failed.

    `given_up` is the part of `refunded_unsent` that Stripe has refunded; `returned` counts
    what the reader has sent back, even if its refund did not arrive.
    """

    line: Any
    bought: int
    sent: int
    refunded: int
    refunded_unsent: int
    given_up: int
    returned: int
    is_parcel: bool

    @property
    def to_send(self) -> int:
        """Return how many copies still go into a parcel."""
        if not self.is_parcel:
            return 0
        return max(0, self.bought - self.sent - self.refunded_unsent)

    @property
    def refundable(self) -> int:
        """Return how many copies can still be refunded."""
        return max(0, self.bought - self.refunded)

    @property
    def returnable(self) -> int:
        """Return how many copies are out, so that a reader can send them back."""
        return max(0, min(self.refundable, self.sent - self.returned))


def of_order(order: Any) -> list[LineStanding]:
    """Return the standing of an order's lines, in their order; three queries."""
    return of_orders([order])[order.pk]


def of_orders(orders: Iterable[Any]) -> dict[int, list[LineStanding]]:
    """Return the standing of the lines of each order, by its key; three queries in all.

    Copies that a reader sent back had been sent; all other refunds are taken to be for
    copies that are still in the house, as long as there are any.
    """
    by_pk = {order.pk: order for order in orders}
    sent: Counter[int] = Counter()
    for line_id, quantity in _quantities(ParcelLine, parcel__order__in=by_pk):
        sent[line_id] += quantity
    refunded: Counter[int] = Counter()
    given_up: Counter[int] = Counter()
    paid_back: Counter[int] = Counter()
    returned: Counter[int] = Counter()
    lines = RefundLine.objects.filter(request__order__in=by_pk).values_list(
        "line_id", "quantity", "request__reason", "request__state", "request__refund_id"
    )
    for line_id, quantity, reason, state, refund_id in lines:
        has_failed = state == RefundRequest.State.FAILED
        if reason == Reason.RETURNED:
            paid_back[line_id] += 0 if has_failed else quantity
            # The books are here, whatever became of the money.
            returned[line_id] += quantity if refund_id or not has_failed else 0
        elif not has_failed:
            refunded[line_id] += quantity
            given_up[line_id] += quantity if refund_id else 0
    found: dict[int, list[LineStanding]] = {pk: [] for pk in by_pk}
    bought = get_model("order", "Line").objects.filter(order__in=by_pk)
    for line in bought.select_related("product").order_by("pk"):
        line.order = by_pk[line.order_id]
        found[line.order_id].append(
            LineStanding(
                line=line,
                bought=line.quantity,
                sent=sent[line.pk],
                refunded=refunded[line.pk] + paid_back[line.pk],
                refunded_unsent=refunded[line.pk],
                given_up=given_up[line.pk],
                returned=returned[line.pk],
                is_parcel=needs_parcel(line),
            )
        )
    return found


def needs_parcel(line: Any) -> bool:
    """Whether a line is sent by post; one whose edition is gone was printed, to be safe."""
    return line.product is None or not line.product.is_digital


def _quantities(model: Any, **where: Any) -> Any:
    return model.objects.filter(**where).values_list("line_id", "quantity")
