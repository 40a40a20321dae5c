"""Amounts in minor units, as the API carries them."""

import re

from bookstore.demo.stripe.refusals import Refused

# https://docs.stripe.com/currencies#zero-decimal
_NO_MINOR_UNIT = frozenset(
    {"bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga"}
    | {"pyg", "rwf", "ugx", "vnd", "vuv", "xaf", "xof", "xpf"}
)
_SYMBOLS = {"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥"}
# https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
_LEAST = {"usd": 50, "eur": 50, "gbp": 30, "cad": 50, "aud": 50, "chf": 50, "jpy": 50}
MOST = 99_999_999


def least(currency: str) -> int:
    """Return the smallest amount Stripe charges, in minor units."""
    return _LEAST.get(currency, 50)


def shown(amount: int, currency: str) -> str:
    """Return an amount of minor units as people write it: `$30.45`, `12.00 NOK`."""
    number = (
        f"{amount:,}" if currency in _NO_MINOR_UNIT else f"{amount // 100:,}.{amount % 100:02}"
    )
    symbol = _SYMBOLS.get(currency)
    return f"{symbol}{number}" if symbol else f"{number} {currency.upper()}"


def read(written: str, currency: str) -> int:
    """Return the minor units of an amount as people write it: `30.45`, `$30`, `12`.

    :raises Refused: when it is not an amount of that currency.
    """
    plain = re.sub(r"(?<=\d),(?=\d{3}\b)", "", written.strip())
    match = re.fullmatch(r"[^\d.,-]*(\d{1,7})(?:[.,](\d{2}))?", plain)
    has_minor = currency not in _NO_MINOR_UNIT
    if not match or (match[2] and not has_minor):
        message = f"{written} is not an amount, like {'10.50' if has_minor else '10'}."
        raise Refused(message, param="amount")
    whole = int(match[1])
    return whole * 100 + int(match[2] or 0) if has_minor else whole
