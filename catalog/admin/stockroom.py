"""Price and stock of an edition as staff change them: what moved meanwhile is kept."""

from collections.abc import Iterable
from decimal import Decimal

from django.conf import settings
from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from oscar.core.loading import get_model

from catalog.models import Product
from catalog.onix.editions import stockroom
from catalog.pricing.models import StockRecord

Line = get_model("order", "Line")


class PromisedMeanwhile(Exception):
    """More copies are promised to orders than would be left."""


def sold(editions: Iterable[int]) -> set[int]:
    """Return those of the editions that an order names or copies of which are promised."""
    keys = list(editions)
    ordered = Line.objects.filter(product__in=keys).values_list("product", flat=True)
    promised = StockRecord.objects.filter(product__in=keys, num_allocated__gt=0)
    return {*ordered, *promised.values_list("product", flat=True)}


def lock(stock_records: Iterable[int]) -> dict[int, StockRecord]:
    """Return the stock records as they are now, held still until the page is saved.

    One locking call, in key order, as orders claim copies.
    """
    records = StockRecord.objects.filter(pk__in=list(stock_records)).order_by("pk")
    return {record.pk: record for record in records.select_for_update(no_key=True)}


def add_copies(*, stock_record: int, copies: int) -> None:
    """Add copies to those in the house; fewer than none takes some away.

    :raises PromisedMeanwhile: if fewer would be left than orders wait for.
    """
    left = Coalesce(F("num_in_stock"), Value(0)) + copies
    records = StockRecord.objects.annotate(promised=Coalesce(F("num_allocated"), Value(0)))
    updated = records.filter(pk=stock_record, promised__lte=left).update(
        num_in_stock=left, date_updated=timezone.now()
    )
    if not updated:
        raise PromisedMeanwhile


def set_price(*, stock_record: int, price: Decimal | None) -> None:
    """Write the price in the shop's currency and nothing else of the record."""
    StockRecord.objects.filter(pk=stock_record).update(
        price=price, price_currency=settings.SHOP_CURRENCY, date_updated=timezone.now()
    )


def open_record(*, edition: Product, price: Decimal | None, copies: int | None) -> None:
    """Give an edition its price and stock; an e-book has no copies."""
    room = stockroom(shop=settings.SHOP_NAME, currency=settings.SHOP_CURRENCY, keeps_stock=True)
    StockRecord.objects.create(
        product=edition,
        partner_id=room.partner_id,
        partner_sku=_sku(edition),
        price_currency=room.currency,
        price=price,
        num_in_stock=None if edition.is_digital else copies or 0,
    )


def rename_record(*, edition: Product) -> None:
    """Keep the code of the stock record the edition's ISBN."""
    sku = _sku(edition)
    records = StockRecord.objects.filter(product=edition)
    records.exclude(partner_sku=sku).update(partner_sku=sku)


def _sku(edition: Product) -> str:
    return edition.upc or f"edition-{edition.pk}"
