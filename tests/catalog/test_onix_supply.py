"""The price, the stock and the status that hold in this shop."""

from decimal import Decimal

import pytest

from catalog.models import Product
from catalog.onix import group
from catalog.pricing.models import StockRecord
from tests.catalog.onix.messages import isbn, load, message, price, product, published

pytestmark = pytest.mark.django_db

BOOK = isbn(1)


def imported(*args, **parts):
    """Load one record; return its edition."""
    load(message(product(BOOK, **parts)), *args)
    return Product.objects.get(upc=BOOK)


def territory(included="", *, regions="", excluded=""):
    parts = {"CountriesIncluded": included, "RegionsIncluded": regions}
    parts["CountriesExcluded"] = excluded
    return (
        "<Territory>"
        + "".join(f"<{name}>{value}</{name}>" for name, value in parts.items() if value)
        + "</Territory>"
    )


def dated(role, day):
    return (
        f"<PriceDate><PriceDateRole>{role}</PriceDateRole>"
        f'<Date dateformat="00">{day}</Date></PriceDate>'
    )


@pytest.mark.parametrize("kind", ["01", "02", "03", "04", "41", "42"])
def test_retail_prices_are_taken(kind):
    imported(prices=price("24.95", kind=kind))

    assert StockRecord.objects.get().price == Decimal("24.95")


def test_the_price_with_tax_is_preferred_and_the_other_counted():
    report = load(message(product(BOOK, prices=price("20.00") + price("21.00", kind="02"))))

    assert StockRecord.objects.get().price == 21
    assert report.ignored["Price", "type 01, another one is preferred"] == 1


@pytest.mark.parametrize(
    "extra",
    [
        territory(regions="WORLD"),
        territory("CA US"),
        dated("14", "20260901") + dated("15", "20260901"),
        "<PriceQualifier>05</PriceQualifier>",
        "<MinimumOrderQuantity>1</MinimumOrderQuantity>",
    ],
    ids=["the world", "this country", "today only", "consumers", "one copy"],
)
def test_a_price_for_any_reader_today_is_taken(extra):
    imported(prices=price("24.95", extra=extra))

    assert StockRecord.objects.get().price == Decimal("24.95")


UNFIT = {
    "another currency": (price("24.95", currency="AUD"), "AUD"),
    "a wholesale price": (price("24.95", kind="05"), "type 05, not a retail price"),
    "for libraries": (
        price("24.95", extra="<PriceQualifier>06</PriceQualifier>"),
        "qualifier 06, not for everybody",
    ),
    "for another country": (price("24.95", extra=territory("CA")), "USD, not for US"),
    "for one state": (price("24.95", extra=territory(regions="US-NY")), "USD, not for US"),
    "for the world but this country": (
        price("24.95", extra=territory(regions="WORLD", excluded="US")),
        "USD, not for US",
    ),
    "from tomorrow": (price("24.95", extra=dated("14", "20260902")), "not valid today"),
    "until yesterday": (price("24.95", extra=dated("15", "20260831")), "not valid today"),
    "for ten copies": (
        price("24.95", extra="<MinimumOrderQuantity>10</MinimumOrderQuantity>"),
        "for a smallest quantity",
    ),
    "with a condition": (
        price("24.95", extra="<PriceCondition></PriceCondition>"),
        "with a condition",
    ),
}


@pytest.mark.parametrize(("prices", "reason"), UNFIT.values(), ids=UNFIT.keys())
def test_a_price_that_does_not_hold_here_leaves_the_book_without(prices, reason):
    report = load(message(product(BOOK, prices=prices)))

    assert StockRecord.objects.get().price is None
    assert report.ignored["Price", reason] == 1
    assert "no USD price: shown as not on sale" in [remark.text for remark in report.remarks]


def test_a_book_given_away_is_not_sold():
    report = load(
        message(product(BOOK, prices="<UnpricedItemType>01</UnpricedItemType>")),
    )

    assert StockRecord.objects.get().price is None
    assert report.remarks[0].text == "no USD price: it is free of charge"


def test_a_market_without_the_shops_country_says_nothing_about_price_and_stock():
    market = f"<Market>{territory('AU NZ')}</Market>"

    report = load(message(product(BOOK, market=market, prices=price("9.99"))))

    stock = StockRecord.objects.get()
    assert (stock.price, stock.num_in_stock) == (None, 0)
    assert report.ignored["ProductSupply", "a market without US"] == 1


def test_the_headers_currency_holds_for_prices_without_one():
    bare = "<Price><PriceAmount>12.00</PriceAmount></Price>"
    header = "<DefaultCurrencyCode>USD</DefaultCurrencyCode>"

    load(message(product(BOOK, prices=bare), header=header))

    assert StockRecord.objects.get().price == 12


def test_a_dropped_price_takes_the_book_off_sale():
    imported()

    imported(prices=price("24.95", currency="EUR"))

    assert StockRecord.objects.get().price is None


AVAILABILITIES = {
    **dict.fromkeys(["10", "11", "12"], "forthcoming"),
    **dict.fromkeys(["20", "21", "22", "23", "30", "31", "97", "98", "99", ""], "on_sale"),
    **dict.fromkeys(["32", "33"], "reprinting"),
    **dict.fromkeys(["01", "09", "34", "40", "43", "46", "49", "51", "52"], "withdrawn"),
}


@pytest.mark.parametrize(("availability", "status"), AVAILABILITIES.items())
def test_the_availability_gives_the_status(availability, status):
    assert imported(availability=availability).status == status


@pytest.mark.parametrize(
    ("publishing", "availability", "status"),
    [
        ("02", "", "forthcoming"),
        ("07", "", "withdrawn"),
        ("07", "21", "on_sale"),
        ("11", "21", "withdrawn"),
        ("15", "21", "withdrawn"),
        ("01", "10", "withdrawn"),
    ],
    ids=[
        "forthcoming",
        "out of print",
        "out of print, last copies",
        "withdrawn",
        "recalled",
        "cancelled",
    ],
)
def test_the_publishing_status_decides_where_the_supplier_is_silent_or_may_not_sell(
    publishing, availability, status
):
    assert imported(status=publishing, availability=availability).status == status


@pytest.mark.parametrize(
    ("day", "status"), [("20260902", "forthcoming"), ("20260901", "on_sale")]
)
def test_a_forthcoming_book_in_stock_waits_for_its_day(day, status):
    edition = imported(status="02", availability="21", publishing=published(day))

    assert edition.status == status


def test_stock_in_several_places_is_added_up():
    imported(stock="<Stock><OnHand>10</OnHand></Stock><Stock><OnHand>5</OnHand></Stock>")

    assert StockRecord.objects.get().num_in_stock == 15


def test_a_new_book_without_a_stock_figure_starts_with_none_and_it_is_said():
    report = load(message(product(BOOK, stock="")))

    assert StockRecord.objects.get().num_in_stock == 0
    assert [remark.text for remark in report.remarks] == [
        "no stock figure: starts with 0 copies"
    ]


def test_an_update_without_a_stock_figure_leaves_the_stock():
    imported()

    imported(stock="")

    assert StockRecord.objects.get().num_in_stock == 10


def test_out_of_stock_means_no_copies():
    imported()

    imported(availability="31", stock="")

    assert StockRecord.objects.get().num_in_stock == 0


def test_a_stock_figure_that_is_no_number_is_reported_and_left():
    imported()

    report = load(message(product(BOOK, stock="<Stock><OnHand>-3</OnHand></Stock>")))

    assert StockRecord.objects.get().num_in_stock == 10
    assert "OnHand is not a number" in report.remarks[0].text


def promise(copies):
    StockRecord.objects.update(num_allocated=copies)


def test_stock_never_falls_below_the_copies_promised_to_orders():
    imported()
    promise(4)

    report = load(message(product(BOOK, stock="<Stock><OnHand>3</OnHand></Stock>")))

    assert StockRecord.objects.get().num_in_stock == 10
    assert [remark.text for remark in report.remarks] == [
        "stock 3 is below the 4 copies promised to orders: left at 10"
    ]
    assert (report.unchanged, report.skipped) == (1, [])


def test_stock_may_fall_to_the_copies_promised_to_orders():
    imported()
    promise(4)

    report = load(message(product(BOOK, stock="<Stock><OnHand>4</OnHand></Stock>")))

    assert StockRecord.objects.get().num_in_stock == 4
    assert (report.changed, report.remarks) == (1, [])


def test_an_order_that_comes_in_during_the_import_counts(monkeypatch):
    imported()
    write = group.write_edition

    def order_meanwhile(*args, **kwargs):
        promise(4)
        return write(*args, **kwargs)

    monkeypatch.setattr(group, "write_edition", order_meanwhile)
    imported(stock="<Stock><OnHand>3</OnHand></Stock>", prices=price("19.95"))

    stock = StockRecord.objects.get()
    assert (stock.num_in_stock, stock.num_allocated, stock.price) == (10, 4, Decimal("19.95"))


def test_a_new_price_keeps_the_copies_promised_to_orders():
    imported()
    promise(4)

    imported(prices=price("19.95"))

    stock = StockRecord.objects.get()
    assert (stock.price, stock.num_allocated) == (Decimal("19.95"), 4)


def test_stock_can_be_kept_while_prices_change():
    imported()

    changed = product(BOOK, stock="<Stock><OnHand>99</OnHand></Stock>", prices=price("19.95"))
    load(message(changed), keeps_stock=True)

    stock = StockRecord.objects.get()
    assert (stock.price, stock.num_in_stock) == (Decimal("19.95"), 10)
