"""Change the price and the copies of an edition, with a reason.

Copies are added or taken: no number is written over one that moved meanwhile.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from oscar.core.loading import get_model

from catalog.pricing import history
from catalog.pricing.models import StockRecord

MOST_COPIES = 1_000_000


class Refused(Exception):
    """The change cannot be made; the text says why and what can."""


class Promised(Refused):
    """Fewer copies would be left than orders wait for."""

    def __init__(self, *, promised: int, in_house: int) -> None:
        """Say how many are promised and how many there are."""
        words = "1 copy is" if promised == 1 else f"{promised} copies are"
        super().__init__(
            f"{words} promised to orders and there are {in_house} now: "
            "there cannot be fewer than that."
        )
        self.promised, self.in_house = promised, in_house


class PriceMoved(Refused):
    """Somebody else changed the price meanwhile."""

    def __init__(self, now: Decimal | None) -> None:
        """Say what it is."""
        price = "taken away" if now is None else f"set to {now:.2f}"
        super().__init__(f"The price was {price} meanwhile. Save again to change it.")
        self.now = now


@dataclass(frozen=True)
class Moved:
    """How many copies there were in the house, and are."""

    was: int
    now: int

    @property
    def difference(self) -> int:
        """How many more there are; negative if fewer."""
        return self.now - self.was


def lock(stock_records: Iterable[int]) -> dict[int, StockRecord]:
    """Return the stock records as they are now, held still until the transaction ends.

    One locking call, in key order, as orders claim copies.
    """
    records = StockRecord.objects.filter(pk__in=list(stock_records)).order_by("pk")
    locked = records.select_related("product").select_for_update(no_key=True, of=("self",))
    return {record.pk: record for record in locked}


def sold(editions: Iterable[int]) -> set[int]:
    """Return those of the editions that an order names or copies of which are promised."""
    keys = list(editions)
    lines = get_model("order", "Line").objects.filter(product__in=keys)
    promised = StockRecord.objects.filter(product__in=keys, num_allocated__gt=0)
    ordered = lines.values_list("product", flat=True)
    return {*ordered, *promised.values_list("product", flat=True)}


@transaction.atomic
def change_copies(
    *,
    stock_record: int,
    reason: str,
    by: Any = None,
    added: int = 0,
    counted: int | None = None,
) -> Moved:
    """Add copies to those in the house, or take some away; or make them what was counted.

    A count is turned into a difference under the row's lock: nothing can move between
    the two. It includes the copies that are promised to orders and not sent yet.

    :raises Promised: if fewer would be left than orders wait for; nothing has changed.
    :raises Refused: if the edition is an e-book, or the number makes no sense.
    """
    record = lock([stock_record])[stock_record]
    was = record.num_in_stock or 0
    if record.product.is_digital:
        message = "An e-book has no copies."
        raise Refused(message)
    difference = added if counted is None else counted - was
    if was + difference < 0:
        message = f"There are only {was} copies: no more can be taken."
        raise Refused(message)
    if was + difference > MOST_COPIES:
        message = f"That would be more than {MOST_COPIES:,} copies."
        raise Refused(message)
    left = Coalesce(F("num_in_stock"), Value(0)) + difference
    records = StockRecord.objects.annotate(promised=Coalesce(F("num_allocated"), Value(0)))
    with history.because(reason, by=by):
        updated = records.filter(pk=stock_record, promised__lte=left).update(
            num_in_stock=left, date_updated=timezone.now()
        )
    if not updated:
        raise Promised(promised=record.num_allocated or 0, in_house=was)
    return Moved(was=was, now=was + difference)


@transaction.atomic
def set_price(
    *,
    stock_record: int,
    price: Decimal | None,
    shown: Decimal | None,
    reason: str = "",
    by: Any = None,
) -> None:
    """Write the price in the shop's currency, if it still is the one that was shown.

    :raises PriceMoved: if it is not; nothing has changed.
    """
    with history.because(reason, by=by):
        records = StockRecord.objects.filter(pk=stock_record)
        updated = records.filter(Q(price=shown)).update(
            price=price, price_currency=settings.SHOP_CURRENCY, date_updated=timezone.now()
        )
    if not updated:
        raise PriceMoved(records.values_list("price", flat=True).get())
