"""Make the rates those of a table, all of them or nothing."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.db import connection, transaction

from shipping import quoting, rate_table
from shipping.models import Band, Interruption, Method, Zone
from shipping.rate_comparison import Change, compare
from shipping.rates import MethodRates, ZoneRates


class Moved(Exception):
    """Somebody changed the rates after the changes were shown."""


class Kept(Exception):
    """A method has to stay, for an interruption is about no other."""


def current() -> tuple[ZoneRates, ...]:
    """Return the table as it is now, without the codes of methods; five queries."""
    return tuple(
        replace(zone, methods=tuple(replace(method, code="") for method in zone.methods))
        for zone in quoting.all_zones()
    )


def fingerprint(zones: Iterable[ZoneRates]) -> str:
    """Return what differs if anything in a table does."""
    return hashlib.sha256(rate_table.write(zones).encode()).hexdigest()


@transaction.atomic
def apply(*, after: Sequence[ZoneRates], shown_for: str) -> list[Change]:
    """Make the table what is wanted, all or nothing; return what was changed.

    Zones and methods stand in the order of the table; known methods keep their codes.
    `shown_for` is the fingerprint of the rates for which the changes were shown.

    :raises Moved: if the rates are others by now.
    :raises Kept: if an interruption would lose its last method, and so be about all.
    """
    _keep_others_from_writing()
    before = current()
    if fingerprint(before) != shown_for:
        raise Moved
    _remove(after)
    known = {zone.name: zone for zone in Zone.objects.all()}
    for position, rates in enumerate(after):
        zone = known.get(rates.name) or Zone(name=rates.name)
        zone.position = position
        _write_zone(zone, rates)
    return compare(before=before, after=after)


def _keep_others_from_writing() -> None:
    """Make whoever saves rates wait until this transaction is over; readers go on."""
    tables = [connection.ops.quote_name(model._meta.db_table) for model in (Zone, Method, Band)]
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {', '.join(tables)} IN SHARE ROW EXCLUSIVE MODE")


def _remove(after: Iterable[ZoneRates]) -> None:
    kept = {(zone.name, method.name) for zone in after for method in zone.methods}
    gone = [
        method.pk
        for method in Method.objects.select_related("zone")
        if (method.zone.name, method.name) not in kept
    ]
    widened = Interruption.objects.about_no_other_than(gone)
    if titles := list(widened.order_by("title").values_list("title", flat=True)):
        raise Kept(", ".join(titles))
    Method.objects.filter(pk__in=gone).delete()
    Zone.objects.exclude(name__in=[zone.name for zone in after]).delete()


def _write_zone(zone: Zone, rates: ZoneRates) -> None:
    zone.duties = rates.duties
    zone.save()
    zone.countries.set(rates.country_codes)
    known = {method.name: method for method in zone.methods.all()}
    for position, wanted in enumerate(rates.methods):
        method = known.get(wanted.name)
        if method is None:
            code = Method.objects.free_code(zone=zone.name, name=wanted.name)
            method = Method(zone=zone, name=wanted.name, code=code)
        method.position = position
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
