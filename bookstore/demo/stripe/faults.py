"""Things that go wrong on purpose, each a set number of times."""

from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from typing import Any

from bookstore.demo.stripe.refusals import Refused
from bookstore.demo.stripe.store import Store

of_deliveries = {
    "drop": "the delivery is lost",
    "duplicate": "the event is delivered twice at once",
    "delay": "the delivery comes so many seconds late",
    "reorder": "the event is held back until the one after it has arrived",
    "wrong_secret": "the delivery is signed with another secret",
    "old_timestamp": "the delivery is signed an hour ago",
}
of_requests = {
    "fail_before": "answer 500, having done nothing",
    "fail_after": "answer 500, having done it",
    "lose_response": "do it, then hang up without an answer",
    "rate_limit": "answer 429, having done nothing",
    "slow": "answer so many seconds late",
}
kinds = of_deliveries | of_requests


@dataclass(frozen=True)
class Fault:
    """A kind of trouble and how often it is still to come."""

    kind: str
    count: int
    seconds: float
    only: str

    def as_json(self) -> dict[str, Any]:
        """Return the fault as the control API shows it."""
        return asdict(self)


def plan(
    store: Store, kind: str, *, count: int = 1, seconds: float = 0, only: str = ""
) -> Fault:
    """Let a fault happen the next `count` times.

    `only` limits it: to an event type (`checkout.session.*`) or, for a fault of the API,
    to a method and path (`POST /v1/checkout/sessions`); `*` stands for anything.

    :raises Refused: when there is no such fault or a number is out of bounds.
    """
    if kind not in kinds:
        message = f"No such fault: {kind}. There are {', '.join(kinds)}."
        raise Refused(message, param="kind")
    if not 1 <= count <= 10_000 or not 0 <= seconds <= 86_400:  # noqa: PLR2004
        message = "count is 1 to 10000, seconds is 0 to 86400"
        raise Refused(message, param="count")
    with store.change():
        store.run(
            "INSERT INTO faults (kind, left, seconds, only) VALUES (?, ?, ?, ?)",
            (kind, count, seconds, only),
        )
    return Fault(kind, count, seconds, only)


def planned(store: Store) -> list[Fault]:
    """Return the faults still to come."""
    return [
        Fault(row["kind"], row["left"], row["seconds"], row["only"])
        for row in store.rows("SELECT * FROM faults WHERE left > 0 ORDER BY id")
    ]


def clear(store: Store) -> None:
    """Let nothing more go wrong."""
    with store.change():
        store.run("DELETE FROM faults")


def take(store: Store, kind: str, subject: str) -> Fault | None:
    """Use up one fault of a kind that applies to `subject`; None if there is none."""
    for row in store.rows(
        "SELECT * FROM faults WHERE kind = ? AND left > 0 ORDER BY id", (kind,)
    ):
        if row["only"] and not fnmatchcase(subject, row["only"]):
            continue
        with store.change():
            sql = "UPDATE faults SET left = left - 1 WHERE id = ? AND left > 0"
            if store.run(sql, (row["id"],)):
                return Fault(kind, row["left"] - 1, row["seconds"], row["only"])
    return None
