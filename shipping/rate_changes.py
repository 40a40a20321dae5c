"""What a table of rates would change, and the changing."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from django.db import connection, transaction

from shipping import quoting, rate_table
from shipping.models import Band, Interruption, Method, Zone
from shipping.rates import MethodRates, ZoneRates

NOTHING: tuple[object, ...] = (None, "", frozenset())


class Moved(Exception):
    """Somebody changed the rates after the changes were shown."""


class Kept(Exception):
    """A method has to stay, for an interruption is about no other."""


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


def current() -> tuple[ZoneRates, ...]:
    """Return the table as it is now, without the codes of methods; five queries."""
    return tuple(
        replace(zone, methods=tuple(replace(method, code="") for method in zone.methods))
        for zone in quoting.all_zones()
    )


def fingerprint(zones: Iterable[ZoneRates]) -> str:
    """Return what differs if anything in a table does."""
    return hashlib.sha256(rate_table.write(zones).encode()).hexdigest()


def compare(*, before: Iterable[ZoneRates], after: Iterable[ZoneRates]) -> list[Change]:
    """Return what makes one table of the other: additions, changes, removals."""
    old, new = _facts(before), _facts(after)
    changes = []
    for key in [*old, *(key for key in new if key not in old)]:
        if key not in new:
            changes.append(Change(Act.REMOVED, *key))
        elif key not in old:
            changes.append(Change(Act.ADDED, *key, tuple(_said(new[key]))))
        elif details := tuple(_differences(old[key], new[key])):
            changes.append(Change(Act.CHANGED, *key, details))
    order = list(Act)
    return sorted(changes, key=lambda change: order.index(change.act))


@transaction.atomic
def apply(*, after: Sequence[ZoneRates], shown_for: str, now: datetime) -> list[Change]:
    """Make the table what is wanted, all or nothing; return what was changed.

    Known zones and methods keep their places, and methods their codes. `shown_for` is the
    fingerprint of the rates for which the changes were shown.

    :raises Moved: if the rates are others by now.
    :raises Kept: if an interruption would lose its last method, and so be about all.
    """
    _keep_others_from_writing()
    before = current()
    if fingerprint(before) != shown_for:
        raise Moved
    _remove(after, now)
    known = {zone.name: zone for zone in Zone.objects.all()}
    place = max((zone.position for zone in known.values()), default=-1) + 1
    for rates in after:
        zone = known.get(rates.name)
        if zone is None:
            zone = Zone(name=rates.name, position=place)
            place += 1
        _write_zone(zone, rates)
    return compare(before=before, after=after)


def _keep_others_from_writing() -> None:
    """Make whoever saves rates wait until this transaction is over; readers go on."""
    tables = [connection.ops.quote_name(model._meta.db_table) for model in (Zone, Method, Band)]
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {', '.join(tables)} IN SHARE ROW EXCLUSIVE MODE")


def _remove(after: Iterable[ZoneRates], now: datetime) -> None:
    kept = {(zone.name, method.name) for zone in after for method in zone.methods}
    gone = [
        method.pk
        for method in Method.objects.select_related("zone")
        if (method.zone.name, method.name) not in kept
    ]
    widened = Interruption.objects.not_over(now).about_no_other_than(gone)
    if titles := list(widened.order_by("title").values_list("title", flat=True)):
        raise Kept(", ".join(titles))
    Method.objects.filter(pk__in=gone).delete()
    Zone.objects.exclude(name__in=[zone.name for zone in after]).delete()


def _write_zone(zone: Zone, rates: ZoneRates) -> None:
    zone.duties = rates.duties
    zone.save()
    zone.countries.set(rates.country_codes)
    known = {method.name: method for method in zone.methods.all()}
    place = max((method.position for method in known.values()), default=-1) + 1
    for wanted in rates.methods:
        method = known.get(wanted.name)
        if method is None:
            code = Method.objects.free_code(zone=zone.name, name=wanted.name)
            method = Method(zone=zone, name=wanted.name, code=code, position=place)
            place += 1
        _write_method(method, wanted)


def _write_method(method: Method, rates: MethodRates) -> None:
    method.min_days, method.max_days = rates.min_days, rates.max_days
    method.handling, method.free_from = rates.handling, rates.free_from
    method.save()
    method.excluded.set(rates.excluded)
    method.bands.exclude(up_to_g__in=[band.up_to_g for band in rates.bands]).delete()
    Band.objects.bulk_create(
        [Band(method=method, up_to_g=band.up_to_g, price=band.price) for band in rates.bands],
        update_conflicts=True,
        unique_fields=["method", "up_to_g"],
        update_fields=["price"],
    )


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
