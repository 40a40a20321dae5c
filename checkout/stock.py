"""Promise copies to orders so that no copy is sold twice, and take promises back once."""

import logging
from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce
from oscar.core.loading import get_model

from catalog.pricing.models import StockRecord

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
