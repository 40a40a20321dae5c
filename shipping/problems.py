"""What is wrong with shipping, found before a reader meets it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone
from oscar.core.loading import get_model

from catalog.models import Product
from shipping import overlaps
from shipping.models import Band, Interruption, Method, Zone

Country = get_model("address", "Country")

NAMES_SHOWN = 8


class Kind(StrEnum):
    """What can be wrong."""

    METHOD_WITHOUT_BANDS = "method without bands"
    ZONE_WITHOUT_METHODS = "zone without methods"
    COUNTRY_IN_TWO_ZONES = "country in two zones"
    TWO_RESTS = "two zones for the rest of the world"
    COUNTRIES_IN_NO_ZONE = "countries in no zone"
    NO_WEIGHT = "editions without weight"
    REVIEW_DUE = "interruption to be looked at again"
    OVERLAP = "interruptions that overlap"


@dataclass(frozen=True)
class Problem:
    """Something to mend; `page` is the admin page for it: its URL's name and a key.

    `query` narrows a page that is a list.
    """

    kind: Kind
    text: str
    page: tuple[str, Any]
    query: str = ""


@dataclass(frozen=True)
class _Table:
    """Zones by key, and which countries each names."""

    zones: Mapping[int, str]
    named: list[tuple[int, str]]
    countries: Mapping[str, tuple[str, bool]]

    @property
    def rests(self) -> list[int]:
        """The zones that name no country."""
        naming = {zone for zone, _ in self.named}
        return [zone for zone in self.zones if zone not in naming]

    def names(self, codes: Iterable[str]) -> str:
        """Name some countries."""
        names = sorted(self.countries[code][0] for code in codes)
        more = len(names) - NAMES_SHOWN
        shown = ", ".join(names[:NAMES_SHOWN])
        return f"{shown} and {more} more" if more > 0 else shown


def find(*, now: datetime) -> list[Problem]:
    """Return all problems, the worst kinds first; seven queries, whatever is wrong."""
    table = _Table(
        zones=dict(Zone.objects.values_list("pk", "name")),
        named=list(
            Zone.countries.through.objects.order_by("zone__position", "zone").values_list(
                "zone_id", "country_id"
            )
        ),
        countries={
            code: (name, is_served)
            for code, name, is_served in Country.objects.values_list(
                "pk", "printable_name", "is_shipping_country"
            )
        },
    )
    in_force = Interruption.objects.in_force(now)
    return [
        *_about_countries(table),
        *_about_methods(table),
        *_unweighed(),
        *_to_review(in_force, now),
        *_overlapping(in_force, table),
    ]


def _about_countries(table: _Table) -> Iterator[Problem]:
    zones_of: dict[str, list[int]] = {}
    for zone, country in table.named:
        zones_of.setdefault(country, []).append(zone)
    for country, zones in sorted(zones_of.items()):
        if len(zones) > 1:
            names = " and ".join(table.zones[zone] for zone in zones)
            text = f"{table.names([country])} is in the zones {names}: take it out of one."
            yield Problem(Kind.COUNTRY_IN_TWO_ZONES, text, ("shipping_zone_change", zones[-1]))
    if len(table.rests) > 1:
        names = " and ".join(table.zones[zone] for zone in table.rests)
        text = f"{names} name no country, so each takes the rest of the world: keep one."
        yield Problem(Kind.TWO_RESTS, text, ("shipping_zone_change", table.rests[-1]))
    served = {code for code, (_, is_served) in table.countries.items() if is_served}
    nowhere = served - zones_of.keys()
    if nowhere and not table.rests:
        is_are = "is" if len(nowhere) == 1 else "are"
        text = f"{table.names(nowhere)} {is_are} served but in no zone: nothing can go there."
        yield Problem(Kind.COUNTRIES_IN_NO_ZONE, text, ("shipping_zone_changelist", None))


def _about_methods(table: _Table) -> Iterator[Problem]:
    bands = Band.objects.filter(method=OuterRef("pk"))
    methods = Method.objects.annotate(has_bands=Exists(bands)).order_by("zone", "name")
    found = list(methods.values_list("pk", "name", "zone_id", "has_bands"))
    with_methods = {zone for _, _, zone, _ in found}
    for zone, name in table.zones.items():
        if zone not in with_methods:
            text = f"{name} has no method: readers there cannot order printed books."
            yield Problem(Kind.ZONE_WITHOUT_METHODS, text, ("shipping_zone_change", zone))
    for method, name, zone, has_bands in found:
        if not has_bands:
            text = f"{name} ({table.zones[zone]}) has no rates: readers are not offered it."
            yield Problem(Kind.METHOD_WITHOUT_BANDS, text, ("shipping_method_change", method))


def _unweighed() -> Iterator[Problem]:
    count = Product.objects.editions().unweighed().count()
    if count:
        have = "1 printed edition has" if count == 1 else f"{count} printed editions have"
        them = "it" if count == 1 else "them"
        text = f"{have} no weight: shipping is only guessed for {them}."
        works = ("catalogue_product_changelist", None)
        yield Problem(Kind.NO_WEIGHT, text, works, query="weight=none")


def _to_review(in_force: Any, now: datetime) -> Iterator[Problem]:
    today = timezone.localdate(now)
    due = in_force.filter(review_on__lte=today).order_by("review_on", "pk")
    for pk, title, review_on in due.values_list("pk", "title", "review_on"):
        text = f"{title} was to be looked at again on {review_on:%-d %B %Y}: is it still true?"
        yield Problem(Kind.REVIEW_DUE, text, ("shipping_interruption_change", pk))


def _overlapping(in_force: Any, table: _Table) -> Iterator[Problem]:
    for found in overlaps.among(in_force.order_by("pk").as_notices()):
        where = table.names(found.countries) if found.countries else "all countries"
        text = f"{found.one.title} and {found.other.title} are both about {where}."
        yield Problem(Kind.OVERLAP, text, ("shipping_interruption_change", found.other.id))
