"""The shop that a message is read for, as the settings describe it."""

from django.conf import settings
from django.utils import timezone

from bookstore.money import DECIMALS
from catalog.onix.editions import Stockroom, stockroom
from catalog.onix.market import Market


def market() -> Market:
    """Return where the shop sells, in which currency, and what day it is there."""
    currency = settings.SHOP_CURRENCY
    return Market(
        country=settings.SHOP_COUNTRY,
        currency=currency,
        decimals=DECIMALS[currency],
        today=timezone.localdate(),
    )


def room(*, keeps_stock: bool, currency: str) -> Stockroom:
    """Return the shop's own stockroom."""
    return stockroom(shop=settings.SHOP_NAME, currency=currency, keeps_stock=keeps_stock)
