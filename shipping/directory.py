"""Every country with what it can expect, to be looked up by name or code."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from anyascii import anyascii

from shipping import rules
from shipping.rates import Load, ZoneRates
from shipping.rules import Decision, Notice, Place

# What readers call a country besides its name in the list and its ISO codes.
OTHER_NAMES = {
    "AE": "UAE",
    "CD": "DRC Zaire",
    "CI": "Ivory Coast",
    "CV": "Cape Verde",
    "CZ": "Czech Republic",
    "GB": "UK England Scotland Wales Northern Ireland Great Britain",
    "KR": "South Korea",
    "LA": "Laos",
    "MK": "Macedonia",
    "MM": "Burma",
    "NL": "Holland",
    "RU": "Russia",
    "SY": "Syria",
    "SZ": "Swaziland",
    "TL": "East Timor",
    "TR": "Turkey",
    "US": "USA America",
    "VA": "Vatican",
}


@dataclass(frozen=True)
class Letter:
    """The countries whose names begin with it."""

    letter: str
    decisions: list[Decision]


@dataclass(frozen=True)
class Directory:
    """The countries that were looked for, all of them without a query."""

    query: str
    count: int
    letters: list[Letter]


def look_up(
    query: str,
    *,
    countries: Sequence[Any],
    load: Load,
    zones: Sequence[ZoneRates],
    notices: Iterable[Notice],
) -> Directory:
    """Return how `load` reaches each country found; countries in order of name."""
    wanted = _plain(query)
    found = [country for country in countries if not wanted or _matches(country, wanted)]
    notices = tuple(notices)
    decisions = sorted(
        (
            rules.decide(place=place_of(country), load=load, zones=zones, notices=notices)
            for country in found
        ),
        key=lambda decision: _plain(decision.place.country_name),
    )
    by_letter = groupby(decisions, key=lambda each: _plain(each.place.country_name)[0].upper())
    letters = [Letter(letter, list(group)) for letter, group in by_letter]
    return Directory(query=" ".join(query.split()), count=len(found), letters=letters)


def by_name(country: Any) -> str:
    """Return what puts a country where readers look for it: Åland Islands among the A."""
    return _plain(country.printable_name)


def place_of(country: Any) -> Place:
    """Return a country as the rules need it."""
    return Place(country.pk, country.printable_name, is_served=country.is_shipping_country)


def _matches(country: Any, wanted: str) -> bool:
    codes = {country.pk, country.iso_3166_1_a3}
    names = [country.printable_name, country.name, OTHER_NAMES.get(country.pk, "")]
    return wanted.upper() in codes or any(wanted in _plain(name) for name in names)


def _plain(text: str) -> str:
    return " ".join(anyascii(text).casefold().split())
