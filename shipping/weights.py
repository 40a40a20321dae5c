"""Say a weight as readers of a country weigh things."""

from decimal import ROUND_HALF_UP, Decimal

GRAMS_A_POUND = Decimal("453.59237")
GRAMS_A_KILOGRAM = 1000
UNWEIGHED_G = 500  # an edition whose weight nobody has entered
# Where the metric system is not in daily use.
POUND_COUNTRIES = frozenset({"US", "LR", "MM"})


def in_words(*, grams: int, country_code: str) -> str:
    """Return a weight such as `1.5 lbs (680 g)` for the United States, `680 g` elsewhere."""
    if country_code not in POUND_COUNTRIES:
        return _metric(grams)
    pounds = (grams / GRAMS_A_POUND).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    unit = "lb" if pounds == 1 else "lbs"
    return f"{_plain(pounds)} {unit} ({_metric(grams)})"


def _metric(grams: int) -> str:
    if grams < GRAMS_A_KILOGRAM:
        return f"{grams} g"
    return f"{_plain(Decimal(grams) / GRAMS_A_KILOGRAM)} kg"


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
