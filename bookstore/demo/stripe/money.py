"""Amounts in minor units, as the API carries them."""

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
