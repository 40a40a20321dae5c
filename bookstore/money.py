"""Money arithmetic that does not depend on any app."""

from decimal import Decimal

# The currencies the shop can sell in: decimals (ISO 4217) and the sign to show.
DECIMALS = {"AUD": 2, "CAD": 2, "EUR": 2, "GBP": 2, "JPY": 0, "USD": 2}
SIGNS = {"AUD": "A$", "CAD": "CA$", "EUR": "€", "GBP": "£", "JPY": "¥", "USD": "$"}


def minor_units(*, amount: Decimal, currency: str) -> int:
    """Return `amount` in the currency's smallest unit, as Stripe counts it.

    :raises ValueError: if the amount has more decimals than the currency.
    """
    scaled = amount.scaleb(DECIMALS[currency])
    if scaled != scaled.to_integral_value():
        message = f"{amount} {currency} is not a whole number of minor units"
        raise ValueError(message)
    return int(scaled)


def from_minor_units(*, amount: int, currency: str) -> Decimal:
    """Return an amount counted in the currency's smallest unit as a Decimal."""
    return Decimal(amount).scaleb(-DECIMALS[currency])


def in_words(amount: Decimal, currency: str) -> str:
    """Return an amount as a reader sees it: `$1,024.95`."""
    return f"{SIGNS[currency]}{amount:,.{DECIMALS[currency]}f}"
