"""What is at stake when a parcel is held back: the books, and what each choice gives back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bookstore.money import minor_units
from catalog.models import Product
from catalog.pricing.offers import Offer, offer
from checkout import ledger, standing
from checkout.models import HeldParcel, Parcel, RefundRequest
from checkout.models.payments import shown
from checkout.standing import LineStanding


@dataclass(frozen=True)
class Stake:
    """What of an order cannot be sent, and what each choice would mean, in minor units.

    `has_postage` says whether the shipping price goes back with it.
    """

    lines: tuple[LineStanding, ...]
    has_postage: bool
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

    def amount(self, choice: str) -> int:
        """Return what a choice gives back, in minor units."""
        amounts = {
            HeldParcel.Choice.REFUND: self.refund,
            HeldParcel.Choice.SWAP: self.swap_refund,
        }
        return amounts.get(HeldParcel.Choice(choice), 0)

    @property
    def can_be_swapped(self) -> bool:
        """Whether every book that is held can be had as an e-book."""
        return bool(self.lines) and len(self.swaps) == len(self.lines)


def of_order(order: Any) -> Stake:
    """Return what of an order is held, and what each choice would give back."""
    return of_orders([order])[order.pk]


def of_orders(orders: Iterable[Any]) -> dict[int, Stake]:
    """Return what of each order is held, by its key; ten queries, whatever their number."""
    orders = list(orders)
    keys = [order.pk for order in orders]
    standings = standing.of_orders(orders)
    sent = Parcel.objects.filter(order__in=keys)
    postage_back = RefundRequest.objects.filter(order__in=keys, has_shipping=True)
    postage_back = postage_back.exclude(state=RefundRequest.State.FAILED)
    # Of these the postage was used, or is back already.
    without_postage = {
        *sent.values_list("order", flat=True),
        *postage_back.values_list("order", flat=True),
    }
    left = ledger.most_refundable(keys)
    works = {each.line.product.parent_id for own in standings.values() for each in _held(own)}
    downloads = _downloads(works)
    return {
        order.pk: _stake(
            order,
            standings[order.pk],
            downloads,
            postage=Decimal(0) if order.pk in without_postage else order.shipping_incl_tax,
            left=left[order.pk],
        )
        for order in orders
    }


def _stake(
    order: Any,
    lines: Sequence[LineStanding],
    downloads: Mapping[int, Offer],
    *,
    postage: Decimal,
    left: int,
) -> Stake:
    """Return an order's stake; of its money only what is `left` can go back."""
    held = tuple(each for each in lines if each.to_send)
    printed = sum((each.line.unit_price_incl_tax * each.to_send for each in held), Decimal(0))
    swaps = tuple(_swaps(lines, downloads))
    digital = sum((capped(each, choice) for each, choice in swaps), Decimal(0))
    price = minor_units(amount=printed + postage, currency=order.currency)
    kept = minor_units(amount=digital, currency=order.currency)
    return Stake(
        lines=held,
        has_postage=bool(postage),
        refund=min(price, left),
        swaps=swaps,
        swap_refund=max(0, min(price, left) - kept),
        currency=order.currency,
    )


def unsent(order: Any) -> list[LineStanding]:
    """Return the lines of an order with something to send."""
    return [each for each in standing.of_order(order) if each.to_send]


def _held(lines: Iterable[LineStanding]) -> list[LineStanding]:
    """Return the lines of which nothing was sent or refunded, and whose book is known."""
    return [each for each in lines if each.line.product and each.to_send == each.bought]


def _downloads(works: Iterable[int]) -> dict[int, Offer]:
    """Return the first e-book of each work."""
    editions = Product.objects.editions().filter(parent__in=works).select_related("parent")
    found = [each for each in editions.prefetch_related("stockrecords") if each.is_digital]
    return {each.parent_id: offer(each) for each in reversed(found)}


def _swaps(
    lines: Sequence[LineStanding], downloads: Mapping[int, Offer]
) -> list[tuple[LineStanding, Offer]]:
    """Return the e-book for each held line; none for a work whose e-book was bought too."""
    had = {
        each.line.product.parent_id
        for each in lines
        if each.line.product and each.line.product.is_digital and each.refundable
    }
    whole = {each.line.product.parent_id: each for each in _held(lines) if each.to_send}
    return [
        (each, downloads[work])
        for work, each in whole.items()
        if work in downloads and downloads[work].can_be_bought and work not in had
    ]


def capped(each: LineStanding, choice: Offer) -> Decimal:
    """Return the e-book's price, no more than was paid for the line."""
    return min(choice.price or Decimal(0), each.line.line_price_incl_tax)
