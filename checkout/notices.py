"""Tell staff what a person has to look at, once a matter."""

import logging
from datetime import datetime
from typing import Any

from checkout.models import StaffNotice

logger = logging.getLogger(__name__)


def tell(*, kind: str, about: str, text: str, now: datetime, order: Any = None) -> None:
    """Put a notice before staff, and into the log, unless the matter is known."""
    _, is_new = StaffNotice.objects.get_or_create(
        kind=kind, about=about, defaults={"order": order, "text": text, "created_at": now}
    )
    if is_new:
        logger.error("%s: %s", f"Order {order.number}" if order else "The shop", text)


def settle(*, notice: StaffNotice, by: Any, now: datetime) -> bool:
    """Note that somebody has dealt with it; return whether this call did."""
    still_open = StaffNotice.objects.filter(pk=notice.pk, done_at=None)
    return bool(still_open.update(done_at=now, done_by=by))
