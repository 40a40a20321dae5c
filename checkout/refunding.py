"""A refund as staff make it: worked out from copies and postage, then asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from bookstore.money import minor_units
from checkout import ledger, payments, refunds
from checkout.models import RefundRequest


@dataclass(frozen=True)
class Choice:
    """What is given back: copies by line, the postage, and any amount beside."""

    copies: Mapping[int, int]
    has_shipping: bool = False
    other: Decimal = Decimal(0)

    def amount(self, order: Any) -> int:
        """Return what it comes to, in minor units."""
        lines = order.lines.in_bulk(list(self.copies))
        together = sum(
            (lines[pk].unit_price_incl_tax * copies for pk, copies in self.copies.items()),
            self.other,
        )
        if self.has_shipping:
            together += order.shipping_incl_tax
        return minor_units(amount=together, currency=order.currency)


def most(order: Any) -> int:
    """Return the most that one refund can give back, in minor units."""
    left = (ledger.left_to_refund(attempt) for attempt in ledger.payments_of(order))
    return max(0, *left, 0)


def shipping_left(order: Any) -> bool:
    """Tell whether there is a shipping price that nobody has given back."""
    live = order.refund_requests.exclude(state=RefundRequest.State.FAILED)
    return bool(order.shipping_incl_tax) and not live.filter(has_shipping=True).exists()


def refund(
    *, order: Any, choice: Choice, form_key: UUID, now: datetime, **asked: Any
) -> tuple[RefundRequest, bool]:
    """Ask for a refund and send it at once if Stripe can be had, else leave it to the timer.

    `asked` is what `refunds.ask` takes beside. Return the request as it is afterwards,
    and whether this call made it: a second one with the same form key did not.

    :raises refunds.NotRefundable: if there is not so much left, or the bank has the money.
    :raises checkout.locks.Busy: if another process holds the order.
    """
    request = refunds.ask(
        order=order,
        amount=choice.amount(order),
        copies=choice.copies,
        has_shipping=choice.has_shipping,
        form_key=form_key,
        now=now,
        **asked,
    )
    is_new = request.created_at == now
    if is_new:
        payments.try_to_sync(attempt=request.attempt, now=now)
        request.refresh_from_db()
    return request, is_new
