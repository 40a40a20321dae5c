"""Tell readers where parcels go, for how much, and what is in the way."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.conf import settings
from oscar.core.loading import get_model

from shipping import directory, quoting, rules, weights
from shipping.directory import Directory
from shipping.models import Interruption, Zone
from shipping.rates import Load, MethodRates, NotOffered, ZoneRates
from shipping.rules import Decision, Notice

Country = get_model("address", "Country")

# An ordinary paperback of 600 pages.
TYPICAL_BOOK_G = 680
TYPICAL_LOAD = Load((TYPICAL_BOOK_G,))


@dataclass(frozen=True)
class PricedBand:
    """One row of a table of rates."""

    weight: str
    price: Decimal


@dataclass(frozen=True)
class PricedMethod:
    """A way to send, with its table and the price of one ordinary book."""

    name: str
    min_days: int
    max_days: int
    bands: list[PricedBand]
    price_of_a_book: Decimal
    handling: Decimal
    free_from: Decimal | None
    excluded_names: list[str]


@dataclass(frozen=True)
class ServedZone:
    """A zone as readers see it; no country names: all that no other zone has."""

    name: str
    country_names: list[str]
    methods: list[PricedMethod]
    duties: str


@dataclass(frozen=True)
class ChosenCountry:
    """What one country can expect. The code is empty if there is no such country."""

    code: str
    name: str
    decision: Decision | None

    @property
    def weight(self) -> str:
        """The weight of the book in the example."""
        return weights.in_words(grams=TYPICAL_BOOK_G, country_code=self.code)


@dataclass(frozen=True)
class Coverage:
    """All that the page says."""

    interruptions: list[Interruption]
    zones: list[ServedZone]
    countries: list[Any]
    chosen: ChosenCountry | None
    directory: Directory

    @cached_property
    def weight(self) -> str:
        """The weight of the book in the examples, as the shop's country weighs it."""
        return weights.in_words(grams=TYPICAL_BOOK_G, country_code=settings.SHOP_COUNTRY)


def describe(*, country_code: str, query: str, now: datetime) -> Coverage:
    """Return zones, rates, interruptions, the countries looked for, and a chosen one.

    Ten queries, whatever the size of the tables.
    """
    zones = list(Zone.objects.with_rates().prefetch_related("countries"))
    tables = [
        quoting.as_rates(zone, country_codes=[c.pk for c in zone.countries.all()])
        for zone in zones
    ]
    interruptions = Interruption.objects.in_force(now).worst_first()
    in_force = list(interruptions.prefetch_related("countries", "methods__zone"))
    countries = list(Country.objects.order_by("printable_name"))
    notices = Interruption.objects.in_force(now).as_notices()
    return Coverage(
        interruptions=in_force,
        zones=[_served(zone, table) for zone, table in zip(zones, tables, strict=True)],
        countries=countries,
        chosen=_chosen(country_code, countries, tables, notices) if country_code else None,
        directory=directory.look_up(
            query, countries=countries, load=TYPICAL_LOAD, zones=tables, notices=notices
        ),
    )


def _served(zone: Zone, table: ZoneRates) -> ServedZone:
    # A table for one country uses its units; the others are read all over the world.
    units_of = next(iter(table.country_codes)) if len(table.country_codes) == 1 else ""
    return ServedZone(
        name=zone.name,
        country_names=sorted(country.printable_name for country in zone.countries.all()),
        methods=[
            priced
            for method, rates in zip(zone.methods.all(), table.methods, strict=True)
            if (priced := _priced(rates, units_of, method.excluded.all()))
        ],
        duties=zone.duties,
    )


def _priced(method: MethodRates, units_of: str, excluded: Iterable[Any]) -> PricedMethod | None:
    try:
        price, _ = method.price(TYPICAL_LOAD)
    except NotOffered:
        return None
    return PricedMethod(
        name=method.name,
        min_days=method.min_days,
        max_days=method.max_days,
        bands=[
            PricedBand(weights.in_words(grams=band.up_to_g, country_code=units_of), band.price)
            for band in method.bands
        ],
        price_of_a_book=price,
        handling=method.handling,
        free_from=method.free_from,
        excluded_names=sorted(country.printable_name for country in excluded),
    )


def _chosen(
    country_code: str,
    countries: Iterable[Any],
    tables: list[ZoneRates],
    notices: Iterable[Notice],
) -> ChosenCountry:
    code = country_code.upper()
    country = next((country for country in countries if country.pk == code), None)
    if country is None:
        return ChosenCountry(code="", name="", decision=None)
    decision = rules.decide(
        place=directory.place_of(country), load=TYPICAL_LOAD, zones=tables, notices=notices
    )
    return ChosenCountry(code=code, name=country.printable_name, decision=decision)
