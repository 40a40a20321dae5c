"""Who is affected by an interruption now."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from oscar.core.loading import get_model

from catalog.models import Product
from shipping.models import Interruption
from shipping.rules import Place

UNSENT = ("Paid", "In progress")
ORDERS_SHOWN = 50


@dataclass(frozen=True)
class Affected:
    """Open baskets with printed books, whatever their country, and unsent paid orders.

    `orders` are the oldest of `order_count`.
    """

    baskets: int
    order_count: int
    orders: Sequence[Any]

    @property
    def more_orders(self) -> int:
        """How many orders are not listed."""
        return self.order_count - len(self.orders)


def by(interruption: Interruption) -> Affected:
    """Return who is affected by an interruption, in force or not; three queries."""
    (notice,) = Interruption.objects.filter(pk=interruption.pk).as_notices()
    orders = get_model("order", "Order").objects.filter(
        status__in=UNSENT, shipping_address__isnull=False
    )
    if notice.countries:
        orders = orders.filter(shipping_address__country__in=notice.countries)
    if notice.methods:
        orders = orders.filter(shipping_code__in=notice.methods)
    orders = orders.select_related("shipping_address__country").order_by("date_placed", "pk")
    # The rules compare postcodes; with postcodes there is one country, so this is no crowd.
    found = [order for order in orders if notice.touches(_place(order.shipping_address))]
    return Affected(_open_baskets(), len(found), found[:ORDERS_SHOWN])


def _place(address: Any) -> Place:
    country = address.country
    return Place(country.pk, country.printable_name, postcode=address.postcode or "")


def _open_baskets() -> int:
    lines = get_model("basket", "Line").objects.filter(basket__status="Open")
    printed = lines.exclude(product__publication_type__in=Product.DIGITAL)
    return printed.values("basket").distinct().count()
