"""The moments at which a process may die or be overtaken: commits and Stripe's answers.

Production code has no hooks: the database connection's commit and the HTTP client of
Stripe's library are wrapped here.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps

import stripe
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

WRITES = ("INSERT", "UPDATE", "DELETE")

_here = threading.local()


class Died(BaseException):
    """The process ended: nothing after this point happens, no handler runs."""


class RequestInTransaction(AssertionError):
    """Stripe was asked while a transaction, and with it locks, was open."""


class Death:
    """Die at a point, and stay dead: what a `finally` tries after it fails, too."""

    def __init__(self, *, at: int) -> None:
        self.left = at

    def pass_point(self) -> None:
        self.left -= 1
        if self.left <= 0:
            raise Died


class Overtaking:
    """Let somebody else act while a process stands at a point."""

    def __init__(self, act: Callable[[], None], *, at: int) -> None:
        self.act = act
        self.left = at

    def pass_point(self) -> None:
        self.left -= 1
        if self.left == 0:
            self.act()


@contextmanager
def watched(watch: Death | Overtaking) -> Iterator[None]:
    """Let `watch` see every point that this thread passes."""
    _here.watch = watch
    try:
        with connection.execute_wrapper(_note_write):
            yield
    finally:
        _here.watch = None


@contextmanager
def unwatched() -> Iterator[None]:
    """Let nothing happen at the points that this thread passes."""
    watch, _here.watch = getattr(_here, "watch", None), None
    try:
        yield
    finally:
        _here.watch = watch


def install(monkeypatch) -> None:
    """Wrap the commit and the HTTP client; stop the library from sleeping before retries."""
    commit = BaseDatabaseWrapper._commit
    request = stripe.RequestsClient.request

    @wraps(commit)
    def committed(self):
        commit(self)
        _passed()

    @wraps(request)
    def answered(self, *args, **kwargs):
        if connection.in_atomic_block:
            raise RequestInTransaction(args[:2])
        answer = request(self, *args, **kwargs)
        _passed()
        return answer

    monkeypatch.setattr(BaseDatabaseWrapper, "_commit", committed)
    monkeypatch.setattr(stripe.RequestsClient, "request", answered)
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0)


def _note_write(execute, sql, params, many, context):
    """Take a statement outside any transaction for the commit that it is."""
    result = execute(sql, params, many, context)
    if not connection.in_atomic_block and str(sql).startswith(WRITES):
        _passed()
    return result


def _passed() -> None:
    watch = getattr(_here, "watch", None)
    if watch is not None:
        watch.pass_point()
