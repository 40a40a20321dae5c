"""Everything the stand-in remembers, in one SQLite file.

Stripe's objects are kept as the JSON documents that the API answers with. All threads
share one connection behind one lock: a change is one transaction, seen whole or not at all.
"""

import json
import secrets
import sqlite3
import string
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bookstore.demo.stripe.clock import Clock

type_of_id = {
    "cs_test_": "checkout.session",
    "pi_": "payment_intent",
    "ch_": "charge",
    "py_": "charge",
    "re_": "refund",
    "du_": "dispute",
    "evt_": "event",
}

_ALPHABET = (string.ascii_letters + string.digits).encode()
_LETTER_OF_BYTE = bytes(_ALPHABET[byte % len(_ALPHABET)] for byte in range(256))
_SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    created INTEGER NOT NULL,
    body TEXT NOT NULL,
    aside TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX IF NOT EXISTS objects_by_kind ON objects (kind, seq);
CREATE INDEX IF NOT EXISTS objects_by_intent
    ON objects (kind, json_extract(body, '$.payment_intent'));
CREATE TABLE IF NOT EXISTS deadlines (
    object_id TEXT PRIMARY KEY,
    verb TEXT NOT NULL,
    due_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS deadlines_by_time ON deadlines (due_at);
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    kept_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    due_at REAL NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'waiting',
    result TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS deliveries_by_event ON deliveries (event_id);
CREATE INDEX IF NOT EXISTS deliveries_by_state ON deliveries (state, due_at);
CREATE TABLE IF NOT EXISTS faults (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    left INTEGER NOT NULL,
    seconds REAL NOT NULL,
    only TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


@dataclass(frozen=True)
class Cause:
    """The API request that led to a change; both None when a page or the clock did."""

    request_id: str | None = None
    idempotency_key: str | None = None


def new_id(prefix: str, *, length: int = 24) -> str:
    """Return a fresh id in Stripe's style, such as `pi_` and 24 letters and digits."""
    return prefix + secrets.token_bytes(length).translate(_LETTER_OF_BYTE).decode()


class Store:
    """The stand-in's memory."""

    def __init__(self, path: str) -> None:
        """Open, or begin, the file at `path`; `:memory:` keeps nothing."""
        if path != ":memory:":
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._depth = 0
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        if path != ":memory:":
            self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.executescript(_SCHEMA)
        self.cause = Cause()
        self.after_commit: Callable[[], None] = lambda: None
        self.clock = Clock(ahead=float(self.setting("ahead") or 0))

    def close(self) -> None:
        """Wait for the change under way and let go of the file."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def change(self, *, cause: Cause | None = None) -> Iterator[None]:
        """Make what happens inside one transaction; undone whole if it raises."""
        with self._lock:
            outermost = self._depth == 0
            if outermost:
                self._connection.execute("BEGIN IMMEDIATE")
                self.cause = cause or Cause()
            self._depth += 1
            try:
                yield
            except BaseException:
                if outermost:
                    self._connection.execute("ROLLBACK")
                raise
            else:
                if outermost:
                    self._connection.execute("COMMIT")
            finally:
                self._depth -= 1
        if outermost:
            self.after_commit()

    def run(self, sql: str, values: Mapping[str, Any] | tuple[Any, ...] = ()) -> int:
        """Execute one statement; return how many rows it changed."""
        with self._lock:
            return self._connection.execute(sql, values).rowcount

    def rows(self, sql: str, values: tuple[Any, ...] = ()) -> list[sqlite3.Row]:
        """Return all rows of a query."""
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    def add(
        self, body: dict[str, Any], *, aside: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Keep a new object; `aside` is what the API does not show. Return the object."""
        self.run(
            "INSERT INTO objects (id, kind, created, body, aside) VALUES (?, ?, ?, ?, ?)",
            (
                body["id"],
                body["object"],
                body["created"],
                json.dumps(body),
                json.dumps(aside or {}),
            ),
        )
        return body

    def save(self, body: dict[str, Any]) -> dict[str, Any]:
        """Keep an object's new state. Return the object."""
        self.run("UPDATE objects SET body = ? WHERE id = ?", (json.dumps(body), body["id"]))
        return body

    def find(self, kind: str, object_id: str) -> dict[str, Any] | None:
        """Return the object of that kind and id, or None."""
        found = self.rows(
            "SELECT body FROM objects WHERE id = ? AND kind = ?", (object_id, kind)
        )
        return json.loads(found[0]["body"]) if found else None

    def get(self, kind: str, object_id: str) -> dict[str, Any]:
        """Return an object that must exist.

        :raises LookupError: when it does not.
        """
        found = self.find(kind, object_id)
        if found is None:
            message = f"No {kind} {object_id}"
            raise LookupError(message)
        return found

    def matching(self, kind: str, **fields: str) -> list[dict[str, Any]]:
        """Return the objects of a kind whose fields have these values, newest first."""
        where = "".join(f" AND json_extract(body, '$.{name}') = ?" for name in fields)
        found = self.rows(
            f"SELECT body FROM objects WHERE kind = ?{where} ORDER BY seq DESC",  # noqa: S608
            (kind, *fields.values()),
        )
        return [json.loads(row["body"]) for row in found]

    def aside(self, object_id: str) -> dict[str, Any]:
        """Return what is remembered of an object beside what the API shows."""
        found = self.rows("SELECT aside FROM objects WHERE id = ?", (object_id,))
        return json.loads(found[0]["aside"]) if found else {}

    def remember(self, object_id: str, **values: Any) -> None:
        """Add to what is remembered of an object beside what the API shows."""
        aside = self.aside(object_id) | values
        self.run("UPDATE objects SET aside = ? WHERE id = ?", (json.dumps(aside), object_id))

    def setting(self, name: str) -> str | None:
        """Return a remembered setting, or None."""
        found = self.rows("SELECT value FROM settings WHERE name = ?", (name,))
        return str(found[0]["value"]) if found else None

    def set_setting(self, name: str, value: str) -> None:
        """Remember a setting."""
        self.run("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, value))

    def latest(self, kind: str, *, most: int = 50, skip: int = 0) -> list[dict[str, Any]]:
        """Return the newest objects of a kind, or those after the `skip` newest."""
        found = self.rows(
            "SELECT body FROM objects WHERE kind = ? ORDER BY seq DESC LIMIT ? OFFSET ?",
            (kind, most, skip),
        )
        return [json.loads(row["body"]) for row in found]
