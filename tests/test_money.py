"""Money arithmetic."""

from decimal import Decimal

import pytest

from bookstore.money import from_minor_units, in_words, minor_units


@pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [("24.95", "USD", 2495), ("0", "USD", 0), ("1200", "JPY", 1200), ("0.1", "EUR", 10)],
)
def test_amounts_are_counted_in_the_smallest_unit(amount, currency, units):
    assert minor_units(amount=Decimal(amount), currency=currency) == units
    assert from_minor_units(amount=units, currency=currency) == Decimal(amount)


@pytest.mark.parametrize(("amount", "currency"), [("1.005", "USD"), ("0.5", "JPY")])
def test_a_fraction_of_the_smallest_unit_is_no_money(amount, currency):
    with pytest.raises(ValueError, match="not a whole number"):
        minor_units(amount=Decimal(amount), currency=currency)


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [("1024.95", "USD", "$1,024.95"), ("5", "GBP", "£5.00"), ("1200", "JPY", "¥1,200")],
)
def test_a_reader_sees_the_sign_of_the_currency(amount, currency, words):
    assert in_words(Decimal(amount), currency) == words
