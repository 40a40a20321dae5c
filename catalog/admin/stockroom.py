"""The stock record of an edition: what was sold keeps it, a new edition gets it."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.conf import settings
from oscar.core.loading import get_model

from catalog.models import Product
from catalog.onix.editions import stockroom
from catalog.pricing import history
from catalog.pricing.models import StockRecord

Line = get_model("order", "Line")


def sold(editions: Iterable[int]) -> set[int]:
    """Return those of the editions that an order names or copies of which are promised."""
    keys = list(editions)
    ordered = Line.objects.filter(product__in=keys).values_list("product", flat=True)
    promised = StockRecord.objects.filter(product__in=keys, num_allocated__gt=0)
    return {*ordered, *promised.values_list("product", flat=True)}


def open_record(
    *, edition: Product, price: Decimal | None, copies: int, reason: str, by: Any
) -> None:
    """Give an edition its price and stock; an e-book has no copies."""
    room = stockroom(shop=settings.SHOP_NAME, currency=settings.SHOP_CURRENCY, keeps_stock=True)
    with history.because(reason, by=by):
        StockRecord.objects.create(
            product=edition,
            partner_id=room.partner_id,
            partner_sku=_sku(edition),
            price_currency=room.currency,
            price=price,
            num_in_stock=None if edition.is_digital else copies,
        )


def rename_record(*, edition: Product) -> None:
    """Keep the code of the stock record the edition's ISBN."""
    sku = _sku(edition)
    records = StockRecord.objects.filter(product=edition)
    records.exclude(partner_sku=sku).update(partner_sku=sku)


def _sku(edition: Product) -> str:
    return edition.upc or f"edition-{edition.pk}"
