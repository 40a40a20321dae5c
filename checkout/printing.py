"""The papers of an order as it stands now: what to put into its parcel, what it cost."""

from collections.abc import Iterable
from io import BytesIO
from typing import Any

from pypdf import PdfWriter

from checkout import alarms, standing
from checkout.models import Parcel
from checkout.orders import load_order
from checkout.papers import invoice as invoices
from checkout.papers import packing_slip as slips
from checkout.standing import LineStanding


def has_packing_slip(order: Any, lines: list[LineStanding]) -> bool:
    """Whether anything of an order goes, or went, into a parcel."""
    return order.status in alarms.PAID and any(each.to_send or each.sent for each in lines)


def has_invoice(order: Any) -> bool:
    """Whether an order was ever paid."""
    return order.status in {*alarms.PAID, "Refunded"}


def packing_slip(*, order: Any) -> bytes:
    """Return the slip for the next parcel, or for all that was sent if none is left, as PDF."""
    loaded = load_order(number=order.number)
    lines = standing.of_order(loaded)
    is_next = any(each.to_send for each in lines)
    slip = slips.of_order(
        loaded,
        quantities={each.line.pk: each.to_send if is_next else each.sent for each in lines},
        refunded={
            # Who sends a book back has had it in a parcel.
            each.line.pk: min(each.refunded_unsent, each.bought - each.sent)
            for each in lines
        },
    )
    return slips.render(slip)


def slip_of_parcel(*, parcel: Parcel) -> bytes:
    """Return the slip that lay in a parcel which has left, as PDF."""
    order = load_order(number=parcel.order.number)
    quantities = {each.line_id: each.quantity for each in parcel.lines.all()}
    return slips.render(slips.of_order(order, quantities=quantities))


def packing_slips(*, orders: Iterable[Any]) -> bytes:
    """Return the slips of several orders, one after the other, as one PDF."""
    together = PdfWriter()
    for order in orders:
        together.append(BytesIO(packing_slip(order=order)))
    written = BytesIO()
    together.write(written)
    return written.getvalue()


def invoice(*, order: Any) -> bytes:
    """Return an order's invoice as PDF."""
    return invoices.render(invoices.of_order(load_order(number=order.number)))
