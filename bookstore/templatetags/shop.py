"""Filters that every template may use."""

from decimal import Decimal

from django import template
from django.conf import settings

from bookstore import money as shop_money

register = template.Library()


@register.filter
def money(amount: Decimal | None, currency: str = "") -> str:
    """Return an amount with its currency's sign; nothing for no amount."""
    if amount is None:
        return ""
    return shop_money.in_words(amount, currency or settings.SHOP_CURRENCY)
