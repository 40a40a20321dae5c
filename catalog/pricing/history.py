"""Say who changes price or stock, and why; a trigger writes it down whatever writes.

The trigger `partner_record_stock_change` reads two settings of the connection. What sets
neither, as a statement typed in a database shell, is on record without a name or reason.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection, transaction

LONGEST_REASON = 200

_told: ContextVar[tuple[str, str]] = ContextVar("told", default=("", ""))


@contextmanager
def because(reason: str, *, by: Any = None) -> Iterator[None]:
    """Give the changes of this block, one transaction, a reason and a member of staff."""
    told = (reason[:LONGEST_REASON], str(by.pk) if by is not None and by.pk else "")
    before, is_nested = _told.get(), connection.in_atomic_block
    with transaction.atomic():
        _tell(told, is_local=True)
        token = _told.set(told)
        try:
            yield
        finally:
            _told.reset(token)
        # After an exception the savepoint takes the settings back; else they end with
        # the outermost transaction.
        if is_nested:
            _tell(before, is_local=True)


@contextmanager
def throughout(reason: str, *, by: Any = None) -> Iterator[None]:
    """Do the same for a block of many transactions on this connection."""
    told = (reason[:LONGEST_REASON], str(by.pk) if by is not None and by.pk else "")
    before = _told.get()
    _tell(told, is_local=False)
    token = _told.set(told)
    try:
        yield
    finally:
        _told.reset(token)
        if not connection.needs_rollback:
            _tell(before, is_local=False)


def _tell(told: tuple[str, str], *, is_local: bool) -> None:
    reason, by = told
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('shop.reason', %s, %s), set_config('shop.by', %s, %s)",
            [reason, is_local, by, is_local],
        )
