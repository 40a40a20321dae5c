"""Things that go wrong on purpose, each a set number of times."""

import sqlite3
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from typing import Any

from bookstore.demo.stripe.refusals import Refused
from bookstore.demo.stripe.store import Store

of_deliveries = {
    "drop": "An event never reaches the shop. Stripe's list of events still has it.",
    "duplicate": "An event reaches the shop twice at the same moment.",
    "delay": "An event reaches the shop so many seconds late.",
    "reorder": "An event is held back until the one after it has arrived.",
    "wrong_secret": "An event is signed with a secret that is not the shop's.",
    "old_timestamp": "An event is signed as if it were an hour old.",
}
of_requests = {
    "fail_before": "Stripe answers 500 and has done nothing.",
    "fail_after": "Stripe answers 500 although it has done what was asked.",
    "lose_response": "Stripe does what was asked, and the answer is lost on the way.",
    "rate_limit": "Stripe answers 429, too many requests, and has done nothing.",
    "slow": "Stripe answers so many seconds late.",
}
kinds = of_deliveries | of_requests
timed = frozenset({"delay", "slow"})
_UNTIL_CLEARED = -1


@dataclass(frozen=True)
class Fault:
    """A kind of trouble and how often it is still to come, None for until it is cleared."""

    kind: str
    count: int | None
    seconds: float
    only: str

    def as_json(self) -> dict[str, Any]:
        """Return the fault as the control API shows it."""
        return asdict(self)


def plan(
    store: Store, kind: str, *, count: int | None = 1, seconds: float = 0, only: str = ""
) -> Fault:
    """Let a fault happen the next `count` times, or until it is cleared (None).

    `only` limits it: to an event type (`checkout.session.*`) or, for a fault of the API,
    to a method and path (`POST /v1/checkout/sessions`); `*` stands for anything.

    :raises Refused: when there is no such fault or a number is out of bounds.
    """
    if kind not in kinds:
        message = f"No such fault: {kind}. There are {', '.join(kinds)}."
        raise Refused(message, param="kind")
    if count is not None and not 1 <= count <= 10_000:  # noqa: PLR2004
        message = "A fault happens 1 to 10,000 times, or until it is switched off."
        raise Refused(message, param="count")
    if not 0 <= seconds <= 86_400:  # noqa: PLR2004
        message = "A fault lasts up to 86,400 seconds, a day."
        raise Refused(message, param="seconds")
    with store.change():
        store.run(
            "INSERT INTO faults (kind, left, seconds, only) VALUES (?, ?, ?, ?)",
            (kind, _UNTIL_CLEARED if count is None else count, seconds, only),
        )
    return Fault(kind, count, seconds, only)


def planned(store: Store) -> list[Fault]:
    """Return the faults still to come."""
    return [
        _fault(row, left=row["left"])
        for row in store.rows("SELECT * FROM faults WHERE left != 0 ORDER BY id")
    ]


def clear(store: Store, kind: str = "") -> None:
    """Let one kind of fault, or any, happen no more."""
    with store.change():
        store.run("DELETE FROM faults WHERE ? IN ('', kind)", (kind,))


def take(store: Store, kind: str, subject: str) -> Fault | None:
    """Use up one fault of a kind that applies to `subject`; None if there is none."""
    for row in store.rows(
        "SELECT * FROM faults WHERE kind = ? AND left != 0 ORDER BY id", (kind,)
    ):
        if row["only"] and not fnmatchcase(subject, row["only"]):
            continue
        if row["left"] == _UNTIL_CLEARED:
            return _fault(row, left=_UNTIL_CLEARED)
        with store.change():
            sql = "UPDATE faults SET left = left - 1 WHERE id = ? AND left > 0"
            if store.run(sql, (row["id"],)):
                return _fault(row, left=row["left"] - 1)
    return None


def _fault(row: sqlite3.Row, *, left: int) -> Fault:
    count = None if left == _UNTIL_CLEARED else left
    return Fault(row["kind"], count, row["seconds"], row["only"])
