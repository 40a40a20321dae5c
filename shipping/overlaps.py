"""Which notices in force are about the same parcels: readers would be told twice."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from shipping.rules import Notice


@dataclass(frozen=True)
class Overlap:
    """Two notices and the countries that both are about; none: all countries."""

    one: Notice
    other: Notice
    countries: frozenset[str]


def among(notices: Iterable[Notice]) -> list[Overlap]:
    """Return every two notices that are about the same country and method."""
    return [
        Overlap(
            one, other, (one.countries & other.countries) or one.countries | other.countries
        )
        for one, other in combinations(notices, 2)
        if overlap(one, other)
    ]


def overlap(one: Notice, other: Notice) -> bool:
    """Tell whether two notices share a country, a region of it and a method.

    What names none is about all.
    """
    return (
        _share(one.countries, other.countries)
        and _share(one.methods, other.methods)
        and _share_a_region(one.postcodes, other.postcodes)
    )


def _share(some: frozenset[str], others: frozenset[str]) -> bool:
    return not some or not others or not some.isdisjoint(others)


def _share_a_region(some: Iterable[str], others: Iterable[str]) -> bool:
    plain = [[_plain(prefix) for prefix in prefixes] for prefixes in (some, others)]
    if not all(plain):
        return True
    return any(a.startswith(b) or b.startswith(a) for a in plain[0] for b in plain[1])


def _plain(prefix: str) -> str:
    return "".join(prefix.split()).replace("-", "").upper()
