"""What an action would change in many editions: planned, shown, then written as shown."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.conf import settings

from bookstore.money import DECIMALS, in_words
from catalog.pricing import stock
from catalog.pricing.models import StockRecord
from catalog.pricing.stock import MOST_COPIES

CURRENCY = settings.SHOP_CURRENCY
SMALLEST = Decimal(1).scaleb(-DECIMALS[CURRENCY])
LARGEST = Decimal(10) ** (10 - DECIMALS[CURRENCY]) - SMALLEST


class ChangedMeanwhile(Exception):
    """What would be written is not what was shown any more."""


@dataclass(frozen=True)
class Change:
    """One stock record before and after, and why it cannot be written, if so."""

    record: int
    before: Decimal | int | None
    after: Decimal | int | None
    problem: str = ""

    @property
    def is_one(self) -> bool:
        """Whether there is anything to write."""
        return self.before != self.after and not self.problem


def prices(records: Iterable[StockRecord], *, how: str, value: Decimal) -> list[Change]:
    """Return the new prices, rounded half up to the currency's smallest unit.

    `how` is `amount` (to be added), `percent` (to be added) or `exact`. What has no price
    gets one only by `exact`.
    """
    changes = []
    for record in records:
        before, after = record.price, value
        if how != "exact" and before is None:
            changes.append(Change(record.pk, None, None, "It has no price yet."))
            continue
        if how == "amount":
            after = before + value
        elif how == "percent":
            after = before * (100 + value) / 100
        after = after.quantize(SMALLEST, ROUND_HALF_UP)
        problem = ""
        if not SMALLEST <= after <= LARGEST:
            problem = f"{in_words(after, CURRENCY)} is no price."
        changes.append(Change(record.pk, before, after, problem))
    return changes


def copies(records: Iterable[StockRecord], *, added: Mapping[int, int]) -> list[Change]:
    """Return how many copies there would be; never fewer than are promised to orders."""
    changes = []
    for record in records:
        before = record.num_in_stock or 0
        after = before + added.get(record.pk, 0)
        problem = ""
        if after < (record.num_allocated or 0):
            problem = f"{record.num_allocated} promised to orders: there cannot be fewer."
        elif after > MOST_COPIES:
            problem = f"At most {MOST_COPIES:,}."
        changes.append(Change(record.pk, before, after, problem))
    return changes


def fingerprint(changes: Sequence[Change]) -> str:
    """Return a print of the changes, by which a page knows that it showed these."""
    told = "|".join(f"{one.record}:{one.before}:{one.after}" for one in changes if one.is_one)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def write_prices(changes: Sequence[Change], *, reason: str, by: Any) -> None:
    """Write new prices for records that `stock.lock` holds."""
    for one in changes:
        if one.is_one and isinstance(one.after, Decimal):
            before = None if one.before is None else Decimal(one.before)
            stock.set_price(
                stock_record=one.record, price=one.after, shown=before, reason=reason, by=by
            )


def write_copies(changes: Sequence[Change], *, reason: str, by: Any) -> None:
    """Add copies to records that `stock.lock` holds.

    :raises stock.Promised: if fewer would be left than orders wait for.
    """
    for one in changes:
        if one.is_one:
            added = int(one.after or 0) - int(one.before or 0)
            stock.change_copies(stock_record=one.record, added=added, reason=reason, by=by)
