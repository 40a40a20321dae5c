"""Lock an order, and wait for that no longer than a webhook's sender would."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection, transaction
from oscar.core.loading import get_model

LOCK_TIMEOUT = "3s"
LOCK_NOT_AVAILABLE = "55P03"


class Busy(Exception):
    """Another process holds the order for longer than we wait."""


@contextmanager
def order_locked(pk: int) -> Iterator[Any]:
    """Open a transaction with the order's row locked and read afresh.

    Whatever else is locked with it (attempts, lines, stock) is locked after it.

    :raises Busy: if the lock cannot be had in time.
    """
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT])
            yield get_model("order", "Order").objects.select_for_update().get(pk=pk)
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") == LOCK_NOT_AVAILABLE:
            raise Busy from error
        raise
