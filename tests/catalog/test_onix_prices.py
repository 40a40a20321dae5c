"""Of several prices the one that a reader in this shop pays today."""

from datetime import date
from decimal import Decimal

import pytest

from catalog.models import Product
from catalog.pricing.models import StockRecord
from tests.catalog.onix.messages import isbn, load, message, price, product, published
from tests.catalog.test_onix_publishers_files import SHARED
from tests.catalog.test_onix_supply import dated, territory

pytestmark = pytest.mark.django_db

BOOK = isbn(1)
US, WORLD = territory("US"), territory(regions="WORLD")
QUALIFIED = "<PriceQualifier>05</PriceQualifier>"


def without(place, region):
    return place.replace("</T", f"<RegionsExcluded>{region}</RegionsExcluded></T")


CHOICES = {
    "the country before the world": [
        price("20.00", extra=WORLD),
        price("15.00", extra=US),
    ],
    "the country without tax before the world with it": [
        price("20.00", kind="02", extra=WORLD),
        price("15.00", kind="01", extra=US),
    ],
    "with tax before without": [price("20.00", kind="01"), price("15.00", kind="02")],
    "recommended before fixed": [price("20.00", kind="04"), price("15.00", kind="02")],
    "dated before undated": [
        price("20.00"),
        price("15.00", extra=dated("14", "20260801") + dated("15", "20260930")),
    ],
    "the later beginning": [
        price("20.00", extra=dated("14", "20260801")),
        price("15.00", extra=dated("14", "20260825")),
    ],
    "for consumers before for nobody in particular": [
        price("20.00"),
        price("15.00", extra=QUALIFIED),
    ],
    "the first in the message": [price("15.00"), price("20.00")],
    "this country, though others are named with it": [
        price("20.00", extra=territory("CA")),
        price("15.00", extra=territory("CA US MX")),
    ],
}


@pytest.mark.parametrize("prices", CHOICES.values(), ids=CHOICES)
def test_the_price_is_chosen_by_the_rule(prices):
    load(message(product(BOOK, prices="".join(prices))))

    assert StockRecord.objects.get().price == 15


def test_a_market_of_the_country_is_closer_than_one_of_the_world():
    one = product(BOOK, prices=price("20.00"), market=f"<Market>{WORLD}</Market>")
    other = (
        f"<ProductSupply><Market>{US}</Market><SupplyDetail>{price('15.00')}"
        "</SupplyDetail></ProductSupply></Product>"
    )

    load(message(one.replace("</Product>", other)))

    assert StockRecord.objects.get().price == 15


@pytest.mark.parametrize(
    ("country", "place", "holds"),
    [
        ("FR", territory(regions="ECZ"), True),
        ("CH", territory(regions="ECZ"), False),
        ("FR", territory(regions="WORLD", excluded="FR"), False),
        ("FR", territory("FR DE", excluded="FR"), False),
        ("GB", territory(regions="GB-ENG"), False),
        ("FR", WORLD.replace("</T", "<RegionsExcluded>ECZ</RegionsExcluded></T"), False),
        (
            "GB",
            territory("GB").replace("</T", "<RegionsExcluded>GB-NIR</RegionsExcluded></T"),
            1,
        ),
    ],
)
def test_regions_and_exclusions_decide_where_a_price_holds(country, place, holds):
    load(message(product(BOOK, prices=price("15.00", extra=place))), country=country)

    assert (StockRecord.objects.get().price is not None) == holds


def test_a_region_left_out_is_told():
    place = without(US, "US-HI")

    report = load(message(product(BOOK, prices=price("15.00", extra=place))))

    assert "its price does not hold in US-HI, but is asked there, too" in [
        remark.text for remark in report.remarks
    ]


def test_tax_on_top_and_a_provisional_price_are_told():
    tax = "<Tax><TaxRateCode>S</TaxRateCode><TaxRatePercent>7.5</TaxRatePercent></Tax>"
    provisional = "<PriceStatus>01</PriceStatus>"

    report = load(message(product(BOOK, prices=price("15.00", extra=provisional + tax))))

    assert [remark.text for remark in report.remarks] == [
        "its price is provisional",
        "its price is without tax, of which 7.5 % would come on top",
    ]


def test_a_day_before_which_no_orders_are_to_be_taken_is_told():
    report = load(message(product(BOOK, publishing=published("20261201", role="27"))))

    told = [remark.text for remark in report.remarks]
    assert told == ["no orders to be taken before 2026-12-01"]


publishers_files = pytest.mark.skipif(
    not SHARED.is_dir(), reason=f"publishers' ONIX files are not at {SHARED}"
)
COUNTRIES = ["LU", "BG", "SK", "CZ", "PT", "EE", "FI", "DE", "ES", "LT", "RO", "LV", "FR"]


def embedded(name, replaced):
    text = (SHARED / "im_onix" / name).read_text()
    return text.replace(replaced, BOOK)


@publishers_files
@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize(
    ("today", "amount"),
    [
        (date(2013, 4, 1), "4.99"),
        (date(2013, 4, 27), "14.99"),
        (date(2026, 9, 1), "14.99"),
        (date(2013, 3, 1), None),
    ],
    ids=["the offer", "the day after it", "today", "before it"],
)
def test_a_publishers_offer_of_a_month_ends_on_its_day(country, today, amount):
    record = embedded("test_prices1.xml", "978123456789")

    load(message(record), today=today, country=country, currency="EUR")

    expected = None if amount is None else Decimal(amount)
    assert StockRecord.objects.get().price == expected


@publishers_files
def test_a_publishers_embargo_of_orders_is_told():
    text = embedded("preorder-embargo-date.xml", "9780000000000")

    report = load(text, country="FR", currency="EUR")

    assert "no orders to be taken before 2011-08-21" in [r.text for r in report.remarks]
    assert StockRecord.objects.get().price == Decimal("3.99")
    assert str(Product.objects.get(upc=BOOK).published_on) == "2011-08-31"
