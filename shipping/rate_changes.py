"""What a table of rates would change, and the changing."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from django.db import connection, transaction

from shipping import quoting, rate_table
from shipping.models import Band, Interruption, Method, Zone
from shipping.rates import MethodRates, ZoneRates


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
    old = {zone.name: zone for zone in before}
    new = {zone.name: zone for zone in after}
    nothing = ZoneRates("", frozenset(), ())
    changes: list[Change] = []
    for name in [*old, *(name for name in new if name not in old)]:
        was, becomes = old.get(name), new.get(name)
        details = _zone_details(was or nothing, becomes or nothing)
        changes += _change(was, becomes, name, "", details)
        changes += _method_changes(name, was or nothing, becomes or nothing)
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


def _change(
    was: object, becomes: object, zone: str, method: str, details: Sequence[str]
) -> list[Change]:
    if was is None:
        return [Change(Act.ADDED, zone, method, tuple(details))]
    if becomes is None:
        return [Change(Act.REMOVED, zone, method)]
    return [Change(Act.CHANGED, zone, method, tuple(details))] if details else []


def _zone_details(was: ZoneRates, becomes: ZoneRates) -> list[str]:
    return [
        *_codes("countries", was.country_codes, becomes.country_codes),
        *_values("duties", was.duties, becomes.duties),
    ]


def _method_changes(zone: str, was: ZoneRates, becomes: ZoneRates) -> list[Change]:
    old = {method.name: method for method in was.methods}
    new = {method.name: method for method in becomes.methods}
    nothing = MethodRates("", "", 0, 0, ())
    changes: list[Change] = []
    for name in [*old, *(name for name in new if name not in old)]:
        one, other = old.get(name), new.get(name)
        details = _method_details(one or nothing, other or nothing)
        changes += _change(one, other, zone, name, details)
    return changes


def _method_details(was: MethodRates, becomes: MethodRates) -> list[str]:
    old = {band.up_to_g: band.price for band in was.bands}
    new = {band.up_to_g: band.price for band in becomes.bands}
    return [
        *_values("min_days", was.min_days, becomes.min_days),
        *_values("max_days", was.max_days, becomes.max_days),
        *_values("handling", was.handling, becomes.handling),
        *_values("free_from", was.free_from, becomes.free_from),
        *_codes("excluded", was.excluded, becomes.excluded),
        *(
            detail
            for weight in sorted({*old, *new})
            for detail in _values(f"up to {weight:,} g", old.get(weight), new.get(weight))
        ),
    ]


def _values(name: str, was: object, becomes: object) -> list[str]:
    def shown(value: object) -> str:
        return "nothing" if value in (None, "") else str(value)

    return [] if was == becomes else [f"{name}: {shown(was)} to {shown(becomes)}"]


def _codes(name: str, was: frozenset[str], becomes: frozenset[str]) -> list[str]:
    came, went = sorted(becomes - was), sorted(was - becomes)
    return [
        *([f"{name}: {' '.join(came)} come in"] if came else []),
        *([f"{name}: {' '.join(went)} go out"] if went else []),
    ]
