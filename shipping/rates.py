"""What it costs to send a parcel, by country and weight.

The arithmetic (`rate` and below) asks the database nothing; `quotes` loads what
one country needs and hands it over.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from oscar.core.loading import get_model

from shipping.models import Method, Zone

Country = get_model("address", "Country")


@dataclass(frozen=True)
class Quote:
    """One way to send one parcel, or several that weigh as much together."""

    method_code: str
    method_name: str
    zone_name: str
    price: Decimal
    min_days: int
    max_days: int


@dataclass(frozen=True)
class BandRates:
    """A price for all parcels up to a weight."""

    up_to_g: int
    price: Decimal


@dataclass(frozen=True)
class MethodRates:
    """A way to send; its bands in order of weight."""

    code: str
    name: str
    min_days: int
    max_days: int
    bands: tuple[BandRates, ...]

    def price(self, weight_g: int) -> Decimal | None:
        """Return the price of a weight, None without bands: nothing is sent for free.

        What is heavier than the top band goes as full parcels of that band and one
        with the rest, each at its own price.

        :raises ValueError: if the weight is negative.
        """
        if weight_g < 0:
            message = f"A parcel cannot weigh {weight_g} g"
            raise ValueError(message)
        if not self.bands:
            return None
        top = self.bands[-1]
        full_parcels, rest_g = divmod(weight_g, top.up_to_g)
        price = full_parcels * top.price
        if rest_g or not full_parcels:
            price += next(band.price for band in self.bands if band.up_to_g >= rest_g)
        return price


@dataclass(frozen=True)
class ZoneRates:
    """Countries by code (none: all that no other zone names) and their methods."""

    name: str
    country_codes: frozenset[str]
    methods: tuple[MethodRates, ...]


def rate(*, zones: Sequence[ZoneRates], country_code: str, weight_g: int) -> list[Quote]:
    """Return what each method costs, cheapest first, then quickest."""
    zone = zone_of(zones=zones, country_code=country_code)
    if zone is None:
        return []
    prices = ((method, method.price(weight_g)) for method in zone.methods)
    found = [
        Quote(m.code, m.name, zone.name, price, m.min_days, m.max_days)
        for m, price in prices
        if price is not None
    ]
    return sorted(found, key=lambda q: (q.price, q.max_days, q.min_days, q.method_name))


def zone_of(*, zones: Iterable[ZoneRates], country_code: str) -> ZoneRates | None:
    """Return the first zone that names the country, else the first that names none."""
    zones = list(zones)
    naming = (zone for zone in zones if country_code in zone.country_codes)
    the_rest = (zone for zone in zones if not zone.country_codes)
    return next(naming, None) or next(the_rest, None)


def quotes(*, country_code: str, weight_g: int) -> list[Quote]:
    """Return the ways to send a weight to a country (ISO 3166-1 alpha-2), cheapest first.

    Three queries, however many zones there are. None for a country that is unknown
    or that we do not ship to.
    """
    country_code = country_code.upper()
    zones = [
        as_rates(zone, country_codes=[country_code] if zone.is_named else [])
        for zone in Zone.objects.for_country(country_code).with_rates()
    ]
    return rate(zones=zones, country_code=country_code, weight_g=weight_g)


def quote(*, country_code: str, weight_g: int, method_code: str) -> Quote | None:
    """Return what one method costs, None where it is not offered."""
    offered = quotes(country_code=country_code, weight_g=weight_g)
    return next((each for each in offered if each.method_code == method_code), None)


def as_rates(zone: Zone, *, country_codes: Iterable[str]) -> ZoneRates:
    """Return a zone, loaded by `ZoneQuerySet.with_rates`, as the arithmetic needs it."""
    return ZoneRates(
        name=zone.name,
        country_codes=frozenset(country_codes),
        methods=tuple(_method(method) for method in zone.methods.all()),
    )


def _method(method: Method) -> MethodRates:
    bands = sorted(method.bands.all(), key=lambda band: band.up_to_g)
    return MethodRates(
        code=method.code,
        name=method.name,
        min_days=method.min_days,
        max_days=method.max_days,
        bands=tuple(BandRates(band.up_to_g, band.price) for band in bands),
    )


def served_countries() -> QuerySet[Any]:
    """Return the countries that a parcel can go to, for an address form, by name.

    A country whose zone offers no method is left out: nobody should type an address
    that the next page refuses.
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
