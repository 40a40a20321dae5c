"""Notices about a parcel as the reader was shown them: ticked, and frozen on the order."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from checkout.models import ParcelNotice
from checkout.shown import Told
from shipping.models import Interruption
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


def freeze(
    *, order: Any, notices: Iterable[Told], acknowledged: Collection[int], now: datetime
) -> None:
    """Keep on the order what its reader was told, whatever becomes of the notices.

    Also of one that has ended or was deleted since the page was shown. For a notice that
    had to be ticked, the time is the evidence that it was.
    """
    notices = list(notices)
    kept = set(Interruption.objects.filter(pk__in=[n.id for n in notices]).values_list("pk"))
    ParcelNotice.objects.bulk_create(
        ParcelNotice(
            order=order,
            interruption_id=told.id if (told.id,) in kept else None,
            severity=told.severity,
            message=told.message,
            ends_at=told.until,
            shown_at=now,
            acknowledged_at=now if _is_ticked(told, acknowledged) else None,
        )
        for told in notices
    )


def _is_ticked(told: Told, acknowledged: Collection[int]) -> bool:
    return told.severity == Severity.ACKNOWLEDGE and told.id in acknowledged
