"""Whom an interruption is about: paid parcels that have not left, and open baskets."""

from dataclasses import dataclass
from typing import Any

from oscar.core.loading import get_model

from catalog.models import Product
from checkout import stakes
from checkout.models import HeldParcel
from checkout.stakes import Stake
from shipping.models import Interruption
from shipping.rules import Place

UNSENT = ("Paid", "In progress")


@dataclass(frozen=True)
class Waiting:
    """A paid order, what of it has not left, and what its reader was asked."""

    order: Any
    stake: Stake
    question: HeldParcel | None


def parcels(*, interruption: Interruption) -> list[Waiting]:
    """Return the parcels that an interruption certainly is about, the oldest first.

    In force or not; thirteen queries, whatever their number.
    """
    (notice,) = Interruption.objects.filter(pk=interruption.pk).as_notices()
    orders = get_model("order", "Order").objects.filter(
        status__in=UNSENT, shipping_address__isnull=False
    )
    if notice.countries:
        orders = orders.filter(shipping_address__country__in=notice.countries)
    if notice.methods:
        orders = orders.filter(shipping_code__in=notice.methods)
    found = orders.select_related("shipping_address__country", "user")
    # The rules compare postcodes; with postcodes there is one country, so this is no crowd.
    there = [
        order
        for order in found.prefetch_related("held_parcels").order_by("date_placed", "pk")
        if notice.is_sure(place_of(order))
    ]
    at_stake = stakes.of_orders(there)
    return [
        Waiting(order, at_stake[order.pk], _question(order, interruption))
        for order in there
        if at_stake[order.pk].lines
    ]


def open_baskets() -> int:
    """Return how many open baskets hold printed books, whatever their country."""
    lines = get_model("basket", "Line").objects.filter(basket__status="Open")
    printed = lines.exclude(product__publication_type__in=Product.DIGITAL)
    return printed.values("basket").distinct().count()


def place_of(order: Any) -> Place:
    """Return where the parcel of an order goes."""
    address = order.shipping_address
    return Place(
        country_code=address.country_id,
        country_name=str(address.country),
        postcode=address.postcode or "",
    )


def _question(order: Any, interruption: Interruption) -> HeldParcel | None:
    asked = order.held_parcels.all()
    return next((each for each in asked if each.interruption_id == interruption.pk), None)
