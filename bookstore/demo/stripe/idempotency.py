"""Idempotency keys: a repeated request gets the first one's answer, a 500 included.

A key is forgotten after a day; the same request then counts as a new one.
https://docs.stripe.com/api/idempotent_requests
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus

from bookstore.demo.stripe.refusals import Refused
from bookstore.demo.stripe.store import Store

_LONGEST = 255
_KEPT_FOR = 24 * 60 * 60


@dataclass(frozen=True)
class Stored:
    """The answer a key got the first time."""

    status: int
    body: str


def fingerprint(method: str, path: str, body: str) -> str:
    """Return what must be equal for two requests to be the same one."""
    return sha256("\0".join((method, path, body)).encode()).hexdigest()


class Keys:
    """The keys of requests under way; finished ones are in the store."""

    def __init__(self) -> None:
        """Begin with nothing under way."""
        self._lock = threading.Lock()
        self._under_way: set[str] = set()

    @contextmanager
    def using(self, key: str) -> Iterator[None]:
        """Hold a key while its request is worked on.

        :raises Refused: when another request holds it (409).
        """
        if len(key) > _LONGEST:
            message = f"Idempotency keys can be up to {_LONGEST} characters long."
            raise Refused(message, kind="idempotency_error")
        with self._lock:
            if key in self._under_way:
                message = (
                    "There is currently another in-progress request using this Idempotent Key"
                    " (that probably means you submitted twice, and the other request is still"
                    f" going through): {key}. Please try again later."
                )
                raise Refused(
                    message,
                    status=HTTPStatus.CONFLICT,
                    kind="idempotency_error",
                    code="idempotency_key_in_use",
                )
            self._under_way.add(key)
        try:
            yield
        finally:
            with self._lock:
                self._under_way.discard(key)


def find(store: Store, key: str, *, same: str) -> Stored | None:
    """Return the stored answer of a key, or None when it is new.

    :raises Refused: when the key was used for another request.
    """
    found = store.rows("SELECT * FROM answers WHERE key = ?", (key,))
    if not found or found[0]["kept_at"] < store.clock.deadline_now() - _KEPT_FOR:
        return None
    if found[0]["fingerprint"] != same:
        message = (
            "Keys for idempotent requests can only be used with the same parameters they were"
            f" first used with. Try using a key other than '{key}' if you meant to execute a"
            " different request."
        )
        raise Refused(message, kind="idempotency_error")
    return Stored(found[0]["status"], found[0]["body"])


def keep(store: Store, key: str, *, same: str, status: int, body: str) -> None:
    """Store a key's answer; call inside the change it answers for."""
    store.run(
        "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?)",
        (key, same, status, body, store.clock.deadline_now()),
    )
