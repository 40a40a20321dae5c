"""What makes one table of rates of another; asks no database."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from shipping.rates import ZoneRates

NOTHING: tuple[object, ...] = (None, "", frozenset())


class Act(StrEnum):
    """What happens to a zone or a method."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True)
class Change:
    """One zone or method that would be another; the details say from what to what."""

    act: Act
    zone: str
    method: str
    details: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.method} ({self.zone})" if self.method else self.zone


def compare(*, before: Sequence[ZoneRates], after: Sequence[ZoneRates]) -> list[Change]:
    """Return what makes one table of the other: additions, changes, removals."""
    old, new = _facts(before), _facts(after)
    places = _places(before, after)
    changes = []
    for key in [*old, *(key for key in new if key not in old)]:
        if key not in new:
            changes.append(Change(Act.REMOVED, *key))
        elif key not in old:
            details = (*_said(new[key]), *places.get(key, ()))
            changes.append(Change(Act.ADDED, *key, details))
        elif details := (*_differences(old[key], new[key]), *places.get(key, ())):
            changes.append(Change(Act.CHANGED, *key, details))
    order = list(Act)
    return sorted(changes, key=lambda change: order.index(change.act))


def _facts(zones: Iterable[ZoneRates]) -> dict[tuple[str, str], dict[str, object]]:
    """Return all that a table says, by zone and method (none: the zone itself)."""
    facts: dict[tuple[str, str], dict[str, object]] = {}
    for zone in zones:
        facts[zone.name, ""] = {"countries": zone.country_codes, "duties": zone.duties}
        for method in zone.methods:
            facts[zone.name, method.name] = {
                "min_days": method.min_days,
                "max_days": method.max_days,
                "handling": method.handling,
                "free_from": method.free_from,
                "excluded": method.excluded,
                **{f"up to {band.up_to_g:,} g": band.price for band in method.bands},
            }
    return facts


def _places(
    before: Iterable[ZoneRates], after: Iterable[ZoneRates]
) -> dict[tuple[str, str], tuple[str]]:
    """Return where what moves or comes in between will stand, by zone and method."""
    methods = {zone.name: [method.name for method in zone.methods] for zone in before}
    zones = list(after)
    places = {
        (zone, ""): (place,)
        for zone, place in _moved(list(methods), [zone.name for zone in zones])
    }
    for zone in zones:
        old, new = methods.get(zone.name, []), [method.name for method in zone.methods]
        places |= {(zone.name, method): (place,) for method, place in _moved(old, new)}
    return places


def _moved(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield each name that others do not stay in order around, with its new place."""
    still = [name for name in old if name in new]
    matcher = SequenceMatcher(None, still, new, autojunk=False)
    staying = {
        still[at + i] for at, _, size in matcher.get_matching_blocks() for i in range(size)
    }
    last = max((at for at, name in enumerate(new) if name in staying), default=0)
    for at, name in enumerate(new):
        if name not in staying and (name in still or at < last):
            yield name, f"place: after {new[at - 1]}" if at else "place: first"


def _said(facts: Mapping[str, object]) -> Iterator[str]:
    for name, value in facts.items():
        if value not in NOTHING:
            yield f"{name}: {_in_words(value)}"


def _differences(old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[str]:
    for name in [*old, *(name for name in new if name not in old)]:
        was, becomes = old.get(name), new.get(name)
        if isinstance(was, frozenset) and isinstance(becomes, frozenset):
            if came := becomes - was:
                yield f"{name}: {_in_words(came)} come in"
            if went := was - becomes:
                yield f"{name}: {_in_words(went)} go out"
        elif was != becomes:
            yield f"{name}: {_in_words(was)} to {_in_words(becomes)}"


def _in_words(value: object) -> str:
    if isinstance(value, frozenset):
        return " ".join(sorted(value))
    return "nothing" if value in NOTHING else str(value)
