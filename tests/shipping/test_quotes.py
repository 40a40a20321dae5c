"""What checkout is told."""

from decimal import Decimal
from itertools import cycle

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from oscar.core.loading import get_model

from shipping import coverage, quoting, rates, rules
from shipping.models import Band, Method, Zone
from shipping.rates import Load
from shipping.rules import Place

Country = get_model("address", "Country")


def decide(code, *, copies=(680,), postcode=""):
    load = Load(copies)
    return quoting.decide(country_code=code, postcode=postcode, load=load, now=timezone.now())


def quotes(code):
    return [offer.quote for offer in decide(code).offers]


def test_my_life_reaches_the_united_states_for_five_fifty(demo_rates):
    cheapest = quotes("US")[0]

    assert cheapest == rates.Quote(
        method_code="united-states-standard",
        method_name="Standard",
        zone_name="United States",
        price=Decimal("5.50"),
        min_days=3,
        max_days=6,
    )


@pytest.mark.parametrize(
    ("code", "zone"),
    [
        ("US", "United States"),
        ("us", "United States"),
        ("CA", "Canada"),
        ("GB", "United Kingdom"),
        ("CH", "European Union, EEA and Switzerland"),
        ("NZ", "Australia and New Zealand"),
        ("JP", "Rest of the world"),
    ],
)
def test_every_country_has_its_zone(demo_rates, code, zone):
    assert {q.zone_name for q in quotes(code)} == {zone}


@pytest.mark.parametrize("code", ["ZZ", "", "USA", "'"])
def test_an_unknown_country_gets_nothing(demo_rates, code):
    assert quotes(code) == []


@pytest.mark.parametrize("code", ["US", "JP"], ids=["in a zone", "in the rest of the world"])
def test_a_country_closed_to_parcels_gets_nothing(demo_rates, code):
    Country.objects.filter(pk=code).update(is_shipping_country=False)

    assert quotes(code) == []


def test_a_chosen_method_is_quoted_only_where_it_is_offered(demo_rates):
    code = "united-states-priority"

    assert decide("US").offer(code).quote.price == Decimal("11.50")
    assert decide("GB").offer(code) is None
    assert decide("US").offer("gone") is None


def test_every_country_on_the_address_form_has_a_price_and_no_other(demo_rates):
    Band.objects.filter(method__zone__name="Canada").delete()
    Method.objects.filter(zone__name="United Kingdom").delete()
    Country.objects.filter(pk__in=["FR", "JP"]).update(is_shipping_country=False)

    served = {country.pk for country in quoting.served_countries()}

    assert served.isdisjoint({"CA", "GB", "FR", "JP"})
    for code in Country.objects.values_list("pk", flat=True):
        assert bool(quotes(code)) == (code in served), code


def test_without_a_rest_of_the_world_only_named_countries_are_served(make_zone):
    make_zone("Islands", "NZ IS", prices={1000: "9.00"})

    assert [country.pk for country in quoting.served_countries()] == ["IS", "NZ"]


def test_served_countries_are_in_order_of_name(demo_rates):
    names = [country.printable_name for country in quoting.served_countries()]

    assert len(names) == Country.objects.count()
    assert names == list(
        Country.objects.order_by("printable_name").values_list("printable_name", flat=True)
    )


@pytest.mark.parametrize("zones", [1, 20])
def test_a_quote_costs_the_same_however_many_zones(
    make_zone, countries, zones, django_assert_num_queries
):
    codes = sorted(countries)
    for number in range(zones):
        few = " ".join(codes[number * 8 : number * 8 + 8])
        make_zone(f"Zone {number}", few, prices={100: "1.00", 1000: "2.00"})

    with django_assert_num_queries(4):
        (quote,) = quotes(codes[zones * 8 - 1])

    assert quote.zone_name == f"Zone {zones - 1}"


PARCEL_LOADS = [(680,), (120, 300, 300, 680, 2400), (2600, 2600, 900)]


def test_to_every_country_the_checkout_asks_what_the_page_of_rates_says(demo_rates):
    """And asks four things of the database, however many lines the basket has."""
    with_rates = Zone.objects.with_rates().prefetch_related("countries")
    tables = [
        quoting.as_rates(zone, country_codes=[c.pk for c in zone.countries.all()])
        for zone in with_rates
    ]
    for country, copies in zip(Country.objects.all(), cycle(PARCEL_LOADS), strict=False):
        with CaptureQueriesContext(connection) as queries:
            asked = [offer.quote for offer in decide(country.pk, copies=copies).offers]
        place = Place(country.pk, country.printable_name)
        page = rules.decide(place=place, load=Load(copies), zones=tables, notices=[])

        assert asked == [offer.quote for offer in page.offers]
        assert asked
        assert len(queries) <= 4


def test_a_country_named_beside_many_others_is_quoted_once(make_zone):
    make_zone("Neighbours", "CA MX US GT", prices={1000: "9.00"})

    assert len(quotes("MX")) == 1


def test_codes_stay_apart(make_zone):
    zone = make_zone("Islands", "IS", prices={1000: "9.00"})

    codes = [Method.objects.free_code(zone="Islands", name=n) for n in ["Standard", "Air", "?"]]

    assert zone.methods.get().code == "islands-standard"
    assert codes == ["islands-standard-2", "islands-air", "islands"]


RATES = {1000: "9.00"}


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        (("IS", None), ("IS", RATES), "IS"),
        (("IS", {}), ("IS", RATES), "IS"),
        (("IS", RATES), ("IS", None), "IS"),
        (("IS", None), ("IS", None), "IS"),
        (("IS", {}), ("", RATES), "IS"),
        (("IS", None), ("", RATES), "IS"),
        (("", None), ("", RATES), "IS"),
        (("", {}), ("", RATES), "IS"),
        (("", {}), ("IS", RATES), "NO"),
    ],
)
def test_the_checkout_and_where_we_ship_say_the_same_of_two_zones(
    make_zone, first, second, code
):
    for position, (name, (codes, prices)) in enumerate({"A": first, "B": second}.items()):
        zone = make_zone(name, codes, prices=prices, position=position)
        Zone.objects.filter(pk=zone.pk).update(duties=f"Duty of {name}")

    here = decide(code)
    there = coverage.describe(country_code=code, query="", now=timezone.now()).chosen.decision

    assert (here.offers, here.refusals, here.reason, here.duties) == (
        there.offers,
        there.refusals,
        there.reason,
        there.duties,
    )
    is_listed = code in {country.pk for country in quoting.served_countries()}
    assert is_listed == here.can_be_sent
