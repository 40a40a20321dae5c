"""Codes that are in none of EDItEUR's lists are named with list and value."""

import json

import pytest

from catalog.onix import code_lists
from tests.catalog.onix import code_table
from tests.catalog.onix.messages import (
    REFERENCE,
    SHORT,
    contributor,
    isbn,
    load,
    message,
    price,
    product,
)

pytestmark = pytest.mark.django_db


def remarks(**parts):
    return [line.text for line in load(message(product(isbn(1), **parts))).remarks]


UNKNOWN = {
    "a role": ({"descriptive": contributor("John Reed", "Z77")}, "ContributorRole Z77", 17),
    "a status": ({"status": "77"}, "PublishingStatus 77", 64),
    "an availability": ({"availability": "88"}, "ProductAvailability 88", 65),
    "a kind of price": (
        {"prices": price("1.00") + price("2.00", kind="ZZ")},
        "PriceType ZZ",
        58,
    ),
    "a currency": (
        {"prices": price("1.00") + price("2.00", currency="XEU")},
        "CurrencyCode XEU",
        96,
    ),
}


@pytest.mark.parametrize(("parts", "code", "number"), UNKNOWN.values(), ids=UNKNOWN)
def test_an_unknown_code_is_told_with_its_list(parts, code, number):
    assert f"{code} is not in list {number}" in remarks(**parts)


@pytest.mark.parametrize("path", [REFERENCE, SHORT], ids=["reference tags", "short tags"])
def test_nothing_is_told_of_known_codes(path):
    assert not [line for line in load(path).remarks if "is not in list" in line.text]


def test_an_unknown_code_is_told_in_short_tags():
    text = SHORT.read_text().replace("<b035>A01</b035>", "<b035>Z77</b035>")

    assert "ContributorRole Z77 is not in list 17" in [r.text for r in load(text).remarks]


def test_the_table_is_that_of_the_schemas():
    """If this fails after an update of onixcheck: `python -m tests.catalog.onix.code_table`."""
    assert json.loads(code_lists.TABLE.read_text()) == code_table.make_table()
