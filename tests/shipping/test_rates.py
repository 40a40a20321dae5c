"""The arithmetic, without a database."""

from dataclasses import replace
from decimal import Decimal

import pytest

from shipping import rates, rules
from shipping.rates import BandRates, Load, MethodRates, NotOffered, ZoneRates
from shipping.rules import Place


def method(prices, *, name="Standard", days=(3, 6)):
    bands = tuple(BandRates(g, Decimal(price)) for g, price in prices.items())
    return MethodRates(name.lower(), name, *days, bands)


def zone(name, codes="", *methods):
    return ZoneRates(name, frozenset(codes.split()), methods)


STANDARD = method({250: "3.95", 500: "4.75", 1000: "5.50"})
HOME = zone("United States", "US", STANDARD)
REST = zone("Rest of the world", "", method({1000: "25.00"}))


def quotes(*, zones, country_code, copies=(680,)):
    place = Place(country_code, country_code)
    decision = rules.decide(place=place, load=Load(copies), zones=zones, notices=())
    return [offer.quote for offer in decision.offers]


@pytest.mark.parametrize(
    ("copies", "price", "parcels"),
    [
        ((), "3.95", 1),
        ((1,), "3.95", 1),
        ((250,), "3.95", 1),
        ((251,), "4.75", 1),
        ((500,), "4.75", 1),
        ((680,), "5.50", 1),
        ((500, 500), "5.50", 1),
        ((1000, 1), "9.45", 2),
        ((600, 600), "11.00", 2),
        ((600, 400, 600, 400), "11.00", 2),
        ((1000,) * 10 + (500,), "59.75", 11),
    ],
)
def test_a_load_costs_what_the_bands_of_its_parcels_say(copies, price, parcels):
    assert STANDARD.price(Load(copies)) == (Decimal(price), parcels)


def test_handling_is_added_once_however_many_parcels():
    handled = replace(STANDARD, handling=Decimal("2.00"))

    assert handled.price(Load((1000, 1000))) == (Decimal("13.00"), 2)


@pytest.mark.parametrize(("value", "price"), [("49.99", "5.50"), ("50.00", "0"), ("99", "0")])
def test_from_a_value_on_it_is_free(value, price):
    free = replace(STANDARD, free_from=Decimal("50.00"))

    assert free.price(Load((680,), Decimal(value)))[0] == Decimal(price)


def test_a_book_too_heavy_for_a_method_is_not_torn_apart():
    with pytest.raises(NotOffered, match="no book of more than 1,000 g"):
        STANDARD.price(Load((10, 1001)))


def test_a_method_without_bands_offers_nothing():
    bare = zone("United States", "US", method({}, name="Free"), STANDARD)

    offered = quotes(zones=[bare], country_code="US")

    assert [q.method_name for q in offered] == ["Standard"]


def test_a_copy_cannot_weigh_less_than_nothing():
    with pytest.raises(ValueError, match="-1 g"):
        rates.pack([-1], top_g=1000)


@pytest.mark.parametrize(
    ("code", "name"), [("US", "United States"), ("FR", "Rest of the world")]
)
def test_a_country_in_no_zone_belongs_to_the_rest(code, name):
    for zones in [[HOME, REST], [REST, HOME]]:
        (quote,) = quotes(zones=zones, country_code=code)
        assert quote.zone_name == name


def test_without_a_rest_of_the_world_other_countries_get_nothing():
    assert quotes(zones=[HOME], country_code="FR") == []
    assert quotes(zones=[], country_code="US") == []


def test_a_named_country_never_falls_back_on_the_rest():
    closed = zone("France", "FR")

    assert quotes(zones=[closed, REST], country_code="FR") == []


def test_the_cheapest_comes_first_and_the_quicker_of_two_alike():
    ways = [
        method({1000: "9.00"}, name="Fast", days=(1, 2)),
        method({1000: "5.00"}, name="Slow", days=(9, 20)),
        method({1000: "5.00"}, name="Brisk", days=(3, 6)),
    ]

    offered = quotes(zones=[zone("Home", "US", *ways)], country_code="US")

    assert [q.method_name for q in offered] == ["Brisk", "Slow", "Fast"]
    assert offered[0] == rates.Quote("brisk", "Brisk", "Home", Decimal("5.00"), 3, 6)
