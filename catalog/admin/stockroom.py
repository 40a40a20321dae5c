"""The stock record of an edition: what was sold keeps it, a new edition gets it."""

from decimal import Decimal
from typing import Any

from django.conf import settings

from catalog.models import Product
from catalog.onix.editions import stockroom
from catalog.pricing import history
from catalog.pricing.models import StockRecord


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
