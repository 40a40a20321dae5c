"""Notices about a parcel as the reader was shown them: ticked, and frozen on the order."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from checkout.models import ParcelNotice
from shipping.rules import Notice, Severity


class NotAcknowledged(Exception):
    """A notice that has to be ticked before ordering is not."""


def refuse_unread(notices: Iterable[Notice], acknowledged: Collection[int]) -> None:
    """Refuse an order whose reader has not ticked what has to be ticked.

    :raises NotAcknowledged: if so.
    """
    for notice in notices:
        if notice.severity == Severity.ACKNOWLEDGE and notice.id not in acknowledged:
            raise NotAcknowledged


def freeze(*, order: Any, notices: Iterable[Notice], now: datetime) -> None:
    """Keep on the order what its reader was told, whatever becomes of the notices.

    For a notice that had to be ticked, the time is the evidence that it was.
    """
    ParcelNotice.objects.bulk_create(
        ParcelNotice(
            order=order,
            interruption_id=notice.id,
            severity=notice.severity.value,
            message=notice.message,
            ends_at=notice.ends_at,
            shown_at=now,
            acknowledged_at=now if notice.severity == Severity.ACKNOWLEDGE else None,
        )
        for notice in notices
    )
