"""The packing slip: the paper that lies in the parcel. It shows no prices."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from checkout import addresses
from checkout.papers import sheet
from checkout.papers.book import Book, in_words
from checkout.papers.seller import Seller

DOWNLOAD = "A download"
REFUNDED = "Refunded"
SEPARATELY = "Sent separately"


@dataclass(frozen=True)
class Packed:
    """Copies of a book in the parcel."""

    book: Book
    quantity: int


@dataclass(frozen=True)
class Absent:
    """Copies that were ordered and are not in the parcel, and why."""

    book: Book
    quantity: int
    reason: str


@dataclass(frozen=True)
class PackingSlip:
    """What a packing slip says; `country` (ISO 3166-1 alpha-2) is the reader's."""

    seller: Seller
    number: str
    ordered_on: date
    address: tuple[str, ...]
    country: str
    shipping_method: str
    packed: tuple[Packed, ...]
    absent: tuple[Absent, ...]
    notices: tuple[str, ...] = ()


def of_order(
    order: Any,
    *,
    quantities: Mapping[int, int] | None = None,
    refunded: Mapping[int, int] | None = None,
) -> PackingSlip:
    """Return the slip for a parcel of an order loaded by `checkout.orders`.

    `quantities` are the copies in this parcel, `refunded` those that will not come,
    both by the line's key; without `quantities` all else that goes by post is in it.
    """
    refunded = refunded or {}
    packed, absent = [], []
    for line in order.lines.all():
        book = Book.of_line(line)
        is_download = bool(line.product and line.product.is_digital)
        gone = refunded.get(line.pk, 0)
        if quantities is not None:
            inside = quantities.get(line.pk, 0)
        else:
            inside = 0 if is_download else line.quantity - gone
        elsewhere = line.quantity - inside - gone
        if inside > 0:
            packed.append(Packed(book, inside))
        if gone > 0:
            absent.append(Absent(book, gone, REFUNDED))
        if elsewhere > 0:
            absent.append(Absent(book, elsewhere, DOWNLOAD if is_download else SEPARATELY))
    address = order.shipping_address
    return PackingSlip(
        seller=Seller.of_settings(),
        number=order.number,
        ordered_on=timezone.localtime(order.date_placed).date(),
        address=tuple(addresses.label(address)) if address else (),
        country=address.country_id if address else "",
        shipping_method=order.shipping_method,
        packed=tuple(packed),
        absent=tuple(absent),
        notices=tuple(notice.message for notice in order.parcel_notices.all()),
    )


def render(slip: PackingSlip) -> bytes:
    """Return the slip as PDF."""
    facts = [("Order", slip.number), ("Ordered on", in_words(slip.ordered_on))]
    if slip.shipping_method:
        facts.append(("Sent by", slip.shipping_method))
    return sheet.typeset(
        template="packing_slip.typ",
        title=f"Packing slip for order {slip.number}",
        seller=slip.seller,
        dated=slip.ordered_on,
        country=slip.country,
        data={
            "address": slip.address,
            "facts": facts,
            "count": _count(sum(packed.quantity for packed in slip.packed)),
            "packed": [
                {"book": packed.book.printed(), "quantity": packed.quantity}
                for packed in slip.packed
            ],
            "absent": [
                {
                    "book": absent.book.printed(),
                    "quantity": absent.quantity,
                    "reason": absent.reason,
                }
                for absent in slip.absent
            ],
            "notices": slip.notices,
            "closing": "Is something missing or damaged? Write to "
            f"{slip.seller.email} and name the order number.",
        },
    )


def _count(copies: int) -> str:
    if not copies:
        return "There is no book in this parcel."
    return f"{copies:,} {'book' if copies == 1 else 'books'} in this parcel."
