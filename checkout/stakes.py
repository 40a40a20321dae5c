"""What is at stake when a parcel is held back: the books, and what each choice gives back."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bookstore.money import minor_units
from catalog.models import Product
from catalog.pricing.offers import Offer, offer
from checkout import standing
from checkout.models.payments import shown
from checkout.standing import LineStanding


@dataclass(frozen=True)
class Stake:
    """What of an order cannot be sent, and what each choice would mean, in minor units."""

    lines: tuple[LineStanding, ...]
    refund: int
    swaps: tuple[tuple[LineStanding, Offer], ...]
    swap_refund: int
    currency: str

    @property
    def refund_in_words(self) -> str:
        """What the reader gets back without the books."""
        return shown(self.refund, self.currency)

    @property
    def swap_in_words(self) -> str:
        """What the reader gets back beside the e-books."""
        return shown(self.swap_refund, self.currency)

    @property
    def can_be_swapped(self) -> bool:
        """Whether every book that is held can be had as an e-book."""
        return bool(self.lines) and len(self.swaps) == len(self.lines)


def of_order(order: Any) -> Stake:
    """Return what of an order is held, and what each choice would give back."""
    lines = tuple(unsent(order))
    printed = sum((each.line.unit_price_incl_tax * each.to_send for each in lines), Decimal(0))
    postage = Decimal(0) if order.parcels.exists() else order.shipping_incl_tax
    swaps = tuple(_swaps(lines))
    digital = sum((capped(each, choice) for each, choice in swaps), Decimal(0))
    return Stake(
        lines=lines,
        refund=minor_units(amount=printed + postage, currency=order.currency),
        swaps=swaps,
        swap_refund=minor_units(amount=printed + postage - digital, currency=order.currency),
        currency=order.currency,
    )


def unsent(order: Any) -> list[LineStanding]:
    """Return the lines of an order with something to send."""
    return [each for each in standing.of_order(order) if each.to_send]


def _swaps(lines: Iterable[LineStanding]) -> list[tuple[LineStanding, Offer]]:
    """Return the e-book for each held line of which nothing was sent or refunded."""
    whole = {
        each.line.product.parent_id: each
        for each in lines
        if each.line.product and each.to_send == each.bought
    }
    editions = Product.objects.editions().filter(parent__in=whole).select_related("parent")
    found = [each for each in editions.prefetch_related("stockrecords") if each.is_digital]
    offers = {each.parent_id: offer(each) for each in reversed(found)}
    return [
        (each, offers[work])
        for work, each in whole.items()
        if work in offers and offers[work].can_be_bought
    ]


def capped(each: LineStanding, choice: Offer) -> Decimal:
    """Return the e-book's price, no more than was paid for the line."""
    return min(choice.price or Decimal(0), each.line.line_price_incl_tax)
