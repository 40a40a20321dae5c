"""Promise copies to orders so that no copy is sold twice, and take promises back once."""

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce
from oscar.core.loading import get_model

from catalog.pricing.models import StockRecord
from checkout.locks import Busy

logger = logging.getLogger(__name__)


class SoldOut(Exception):
    """Someone else claimed the last copy."""

    def __init__(self, stock_record_id: int) -> None:
        """Name the stock record that had too few free copies."""
        super().__init__(stock_record_id)
        self.stock_record_id = stock_record_id


@transaction.atomic
def claim_copies(*, quantities: Mapping[int, int]) -> None:
    """Claim all the copies asked for, or none; `quantities` is by stock record.

    One guarded UPDATE a record, in key order: two buyers of the same books queue
    up instead of deadlocking, and the loser's update matches no row. The constraint
    `no_copy_promised_twice` is the second layer.

    :raises SoldOut: if any record has too few free copies.
    """
    for stock_record_id, quantity in sorted(quantities.items()):
        claimed = Coalesce(F("num_allocated"), Value(0)) + quantity
        updated = StockRecord.objects.filter(
            pk=stock_record_id, num_in_stock__gte=claimed
        ).update(num_allocated=claimed)
        if not updated:
            raise SoldOut(stock_record_id)


@transaction.atomic
def release_copies(*, quantities: Mapping[int, int]) -> None:
    """Take promises back; `quantities` is by stock record.

    Staff may have counted the shelf anew since: then there is less to give back.
    """
    for stock_record_id, quantity in sorted(quantities.items()):
        updated = StockRecord.objects.filter(
            pk=stock_record_id, num_allocated__gte=quantity
        ).update(num_allocated=F("num_allocated") - quantity)
        if not updated:
            logger.error("Stock record %s had fewer than %s", stock_record_id, quantity)


@transaction.atomic
def release_order(*, order: Any) -> None:
    """Give back what was claimed for an order's lines, once, however often called.

    The line says what was claimed; the update that sets it to 0 decides who gives back.
    """
    lines = get_model("order", "Line").objects
    released: Counter[int] = Counter()
    claimed = order.lines.filter(num_allocated__gt=0, stockrecord__isnull=False)
    for pk, stock_record_id, quantity in claimed.order_by("pk").values_list(
        "pk", "stockrecord_id", "num_allocated"
    ):
        updated = lines.filter(pk=pk, num_allocated=quantity).update(
            num_allocated=0, allocation_cancelled=True
        )
        if updated:
            released[stock_record_id] += quantity
    release_copies(quantities=released)


@transaction.atomic
def reclaim_order(*, order: Any) -> None:
    """Claim again what was given back for an order's lines, all or nothing.

    :raises SoldOut: if the copies have gone to somebody else.
    """
    lines = order.lines.filter(allocation_cancelled=True, stockrecord__isnull=False)
    given_back = list(lines.select_for_update().order_by("pk"))
    quantities: Counter[int] = Counter()
    for line in given_back:
        quantities[line.stockrecord_id] += line.quantity
    claim_copies(quantities=quantities)
    for line in given_back:
        _write_claim(line, line.quantity, allocation_cancelled=False)


@transaction.atomic
def send_copies(*, quantities: Mapping[Any, int]) -> None:
    """Take copies out of the house; `quantities` is by order line.

    What is not claimed yet, as for books ordered before publication, is claimed first.

    :raises SoldOut: if there are not enough copies; nothing has changed.
    """
    _lock_records(line.stockrecord_id for line in quantities)
    missing: Counter[int] = Counter()
    leaving: Counter[int] = Counter()
    for line, quantity in quantities.items():
        if line.stockrecord_id is None:
            continue
        claimed = min(line.num_allocated, quantity)
        leaving[line.stockrecord_id] += quantity
        missing[line.stockrecord_id] += quantity - claimed
        if claimed:
            _write_claim(line, line.num_allocated - claimed)
    claim_copies(quantities=+missing)
    for stock_record_id, quantity in leaving.items():
        StockRecord.objects.filter(pk=stock_record_id).update(
            num_in_stock=F("num_in_stock") - quantity,
            num_allocated=F("num_allocated") - quantity,
        )


@dataclass(frozen=True)
class TakenBack:
    """Copies of an order's line that the reader does not get or has sent back."""

    line: Any
    unsent: int
    sent: int


@transaction.atomic
def take_back(*, copies: Sequence[TakenBack], are_good: bool) -> None:
    """Give up the claims to copies that were not sent, and receive those that were.

    Copies that are not good leave the stock: they cannot be sold again.
    """
    _lock_records(each.line.stockrecord_id for each in copies)
    for each in copies:
        line = each.line
        if line.stockrecord_id is None:
            continue
        freed = min(line.num_allocated, each.unsent)
        if freed:
            _write_claim(line, line.num_allocated - freed)
            release_copies(quantities={line.stockrecord_id: freed})
        change = each.sent if are_good else -freed
        StockRecord.objects.filter(
            pk=line.stockrecord_id, num_in_stock__isnull=False, num_in_stock__gte=-change
        ).update(num_in_stock=F("num_in_stock") + change)


def _write_claim(line: Any, copies: int, **also: Any) -> None:
    """Say how many copies a line claims now, if it claims as many as when it was read.

    :raises Busy: if another process has changed it since, in spite of the order's lock.
    """
    as_read = get_model("order", "Line").objects.filter(
        pk=line.pk,
        num_allocated=line.num_allocated,
        allocation_cancelled=line.allocation_cancelled,
    )
    if not as_read.update(num_allocated=copies, **also):
        raise Busy
    line.num_allocated = copies


def _lock_records(keys: Iterable[int | None]) -> None:
    """Lock stock records in key order, before several are changed in another."""
    wanted = {key for key in keys if key is not None}
    list(StockRecord.objects.filter(pk__in=wanted).order_by("pk").select_for_update())
