"""The arithmetic, without a database."""

from decimal import Decimal

import pytest

from shipping import rates
from shipping.rates import BandRates, MethodRates, ZoneRates


def method(prices, *, name="Standard", days=(3, 6)):
    bands = tuple(BandRates(g, Decimal(price)) for g, price in prices.items())
    return MethodRates(name.lower(), name, *days, bands)


def zone(name, codes="", *methods):
    return ZoneRates(name, frozenset(codes.split()), methods)


STANDARD = method({250: "3.95", 500: "4.75", 1000: "5.50"})
HOME = zone("United States", "US", STANDARD)
REST = zone("Rest of the world", "", method({1000: "25.00"}))


@pytest.mark.parametrize(
    ("weight_g", "price"),
    [
        (0, "3.95"),
        (1, "3.95"),
        (250, "3.95"),
        (251, "4.75"),
        (500, "4.75"),
        (680, "5.50"),
        (1000, "5.50"),
        (1001, "9.45"),  # a full parcel and one of 1 g
        (1250, "9.45"),
        (1251, "10.25"),
        (2000, "11.00"),  # two full parcels and nothing else
        (2001, "14.95"),
        (10_500, "59.75"),
    ],
)
def test_a_weight_costs_what_its_band_says(weight_g, price):
    assert STANDARD.price(weight_g) == Decimal(price)


@pytest.mark.parametrize("top_g", [1, 7, 999, 1000])
def test_a_heavy_order_goes_in_parcels_that_hold_every_gram(top_g):
    """Priced by the gram, n parcels and the rest must cost the whole weight."""
    by_the_gram = method({g: f"{g}.00" for g in range(1, top_g + 1)})

    for weight_g in [1, 2, top_g, top_g + 1, 3 * top_g, 3 * top_g + top_g // 2, 12_345]:
        assert by_the_gram.price(weight_g) == weight_g


def test_more_weight_never_costs_less_when_bands_rise():
    prices = [STANDARD.price(weight_g) for weight_g in range(1001)]

    assert prices == sorted(prices)


def test_a_method_without_bands_offers_nothing():
    bare = zone("United States", "US", method({}, name="Free"), STANDARD)

    quotes = rates.rate(zones=[bare], country_code="US", weight_g=680)

    assert [q.method_name for q in quotes] == ["Standard"]


def test_a_parcel_cannot_weigh_less_than_nothing():
    with pytest.raises(ValueError, match="-1 g"):
        STANDARD.price(-1)


@pytest.mark.parametrize(
    ("code", "name"), [("US", "United States"), ("FR", "Rest of the world")]
)
def test_a_country_in_no_zone_belongs_to_the_rest(code, name):
    for zones in [[HOME, REST], [REST, HOME]]:
        (quote,) = rates.rate(zones=zones, country_code=code, weight_g=680)
        assert quote.zone_name == name


def test_without_a_rest_of_the_world_other_countries_get_nothing():
    assert rates.rate(zones=[HOME], country_code="FR", weight_g=680) == []
    assert rates.rate(zones=[], country_code="US", weight_g=680) == []


def test_a_named_country_never_falls_back_on_the_rest():
    closed = zone("France", "FR")

    assert rates.rate(zones=[closed, REST], country_code="FR", weight_g=680) == []


def test_the_cheapest_comes_first_and_the_quicker_of_two_alike():
    ways = [
        method({1000: "9.00"}, name="Fast", days=(1, 2)),
        method({1000: "5.00"}, name="Slow", days=(9, 20)),
        method({1000: "5.00"}, name="Brisk", days=(3, 6)),
    ]

    quotes = rates.rate(zones=[zone("Home", "US", *ways)], country_code="US", weight_g=680)

    assert [q.method_name for q in quotes] == ["Brisk", "Slow", "Fast"]
    assert quotes[0] == rates.Quote("brisk", "Brisk", "Home", Decimal("5.00"), 3, 6)
