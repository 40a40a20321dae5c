"""Ask the database what the rules have to know, and let them decide."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from oscar.core.loading import get_model

from shipping import rules
from shipping.models import Interruption, Method, Zone
from shipping.rates import BandRates, Load, MethodRates, ZoneRates
from shipping.rules import Decision, Notice, Place

Country = get_model("address", "Country")


def decide(*, country_code: str, load: Load, now: datetime, postcode: str = "") -> Decision:
    """Return how a load can go to a country (ISO 3166-1 alpha-2); four queries.

    A country that is unknown is not served.
    """
    place = find_place(country_code=country_code, postcode=postcode) or Place(
        country_code.upper(), "this country", is_served=False, postcode=postcode
    )
    return decide_at(place=place, load=load, now=now)


def find_place(*, country_code: str, postcode: str = "") -> Place | None:
    """Return a place in a country, nothing if there is no such country; one query."""
    country = Country.objects.filter(pk=country_code.upper()).first()
    if country is None:
        return None
    return Place(
        country_code=country.pk,
        country_name=country.printable_name,
        is_served=country.is_shipping_country,
        postcode=postcode,
    )


def decide_at(*, place: Place, load: Load, now: datetime) -> Decision:
    """Return how a load can go to a place; three queries."""
    return decide_each(place=place, loads=[load], now=now)[0]


def decide_each(*, place: Place, loads: Iterable[Load], now: datetime) -> list[Decision]:
    """Return for each load by itself how it can go to a place; three queries for all."""
    zones = _zones(Method.objects.for_country(place.country_code), place.country_code)
    notices = list(Interruption.objects.in_force(now).as_notices())
    return [
        rules.decide(place=place, load=load, zones=zones, notices=notices) for load in loads
    ]


def suspension(
    *, country_code: str, postcode: str, method_code: str, now: datetime
) -> Notice | None:
    """Return the notice that stops parcels by a method to a place now; one query."""
    place = Place(country_code, country_code, postcode=postcode)
    in_force = Interruption.objects.in_force(now).as_notices()
    return rules.stopping(in_force, place=place, method_code=method_code)


def as_rates(zone: Zone, *, country_codes: Iterable[str]) -> ZoneRates:
    """Return a zone, loaded by `ZoneQuerySet.with_rates`, as the arithmetic needs it."""
    return ZoneRates(
        name=zone.name,
        country_codes=frozenset(country_codes),
        methods=tuple(
            method_rates(each, excluded=[c.pk for c in each.excluded.all()])
            for each in zone.methods.all()
        ),
        duties=zone.duties,
    )


def all_zones() -> list[ZoneRates]:
    """Return all zones in their order; five queries."""
    zones = Zone.objects.with_rates().prefetch_related("countries")
    return [
        as_rates(zone, country_codes=[country.pk for country in zone.countries.all()])
        for zone in zones
    ]


def method_rates(method: Method, *, excluded: Iterable[str]) -> MethodRates:
    """Return a method with its bands as the arithmetic needs it."""
    bands = sorted(method.bands.all(), key=lambda band: band.up_to_g)
    return MethodRates(
        code=method.code,
        name=method.name,
        min_days=method.min_days,
        max_days=method.max_days,
        bands=tuple(BandRates(band.up_to_g, band.price) for band in bands),
        handling=method.handling,
        free_from=method.free_from,
        excluded=frozenset(excluded),
    )


def served_countries() -> QuerySet[Any]:
    """Return the countries that a parcel can go to, for an address form, by name.

    A country whose zone offers no method is left out: nobody should type an address
    that the next page refuses. One that is only interrupted stays: it is told so.
    """
    named = Country.objects.filter(zones__isnull=False)
    priced = Country.objects.filter(zones__methods__bands__isnull=False)
    served = Country.objects.filter(is_shipping_country=True, pk__in=priced.values("pk"))
    if Zone.objects.rest_of_the_world().filter(methods__bands__isnull=False).exists():
        rest = Country.objects.filter(is_shipping_country=True).exclude(
            pk__in=named.values("pk")
        )
        served = served | rest
    return served.order_by("printable_name")


def _zones(methods: Iterable[Any], country_code: str) -> list[ZoneRates]:
    """Group the methods for one country by their zones."""
    zones: dict[Zone, list[MethodRates]] = {}
    for method in methods:
        excluded = [country_code] if method.is_excluded else []
        zones.setdefault(method.zone, []).append(method_rates(method, excluded=excluded))
    return [
        ZoneRates(zone.name, frozenset([country_code]), tuple(found), zone.duties)
        for zone, found in zones.items()
    ]
