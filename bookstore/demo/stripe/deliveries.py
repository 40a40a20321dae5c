"""The queue of webhook deliveries: what waits, what arrived, what was given up."""

import sqlite3
from typing import Any

from bookstore.demo.stripe.store import Store

# Stripe tries for days; a demonstration gives up after minutes.
MOST_TRIES = 12
LONGEST_WAIT = 60.0
_HELD_BACK_FOR = 30.0
_HELD_BACK = "held back"


def queue(store: Store, event: dict[str, Any]) -> None:
    """Queue an event for delivery at once."""
    store.run(
        "INSERT INTO deliveries (event_id, kind, due_at) VALUES (?, ?, ?)",
        (event["id"], event["type"], store.clock.deadline_now()),
    )


def first_due(store: Store) -> sqlite3.Row | None:
    """Return the oldest delivery whose time has come, or None."""
    found = store.rows(
        "SELECT * FROM deliveries WHERE state = 'waiting' AND due_at <= ?"
        " ORDER BY due_at, id LIMIT 1",
        (store.clock.deadline_now(),),
    )
    return found[0] if found else None


def next_due(store: Store) -> float | None:
    """Return how many seconds remain until the next delivery, or None without one."""
    found = store.rows("SELECT min(due_at) AS due_at FROM deliveries WHERE state = 'waiting'")
    at = found[0]["due_at"]
    return None if at is None else max(0.0, float(at) - store.clock.deadline_now())


def waiting(store: Store) -> int:
    """Return how many deliveries are still to be made."""
    found = store.rows("SELECT count(*) AS number FROM deliveries WHERE state = 'waiting'")
    return int(found[0]["number"])


def arrived(store: Store, delivery: sqlite3.Row, *, result: str) -> None:
    """Note that the shop answered 2xx, and release what was held back behind it."""
    with store.change():
        _finish(store, delivery, state="delivered", result=result)
        event = store.get("event", delivery["event_id"])
        event["pending_webhooks"] = 0
        store.save(event)
        store.run(
            "UPDATE deliveries SET due_at = ?, result = 'was held back'"
            " WHERE state = 'waiting' AND result = ?",
            (delivery["due_at"], _HELD_BACK),
        )


def lost(store: Store, delivery: sqlite3.Row) -> None:
    """Note that the delivery never reached the shop and never will."""
    with store.change():
        _finish(store, delivery, state="dropped", result="dropped on purpose")


def failed(store: Store, delivery: sqlite3.Row, *, result: str, first_wait: float) -> None:
    """Plan the next try, each after twice the wait, or give up."""
    tries = delivery["tries"] + 1
    with store.change():
        if tries >= MOST_TRIES:
            _finish(store, delivery, state="given up", result=result)
            return
        wait = min(LONGEST_WAIT, first_wait * 2 ** (tries - 1))
        store.run(
            "UPDATE deliveries SET tries = ?, result = ?, due_at = ? WHERE id = ?",
            (tries, result, store.clock.deadline_now() + wait, delivery["id"]),
        )


def postpone(store: Store, delivery: sqlite3.Row, *, seconds: float, result: str) -> None:
    """Move a delivery to later."""
    with store.change():
        store.run(
            "UPDATE deliveries SET result = ?, due_at = ? WHERE id = ?",
            (result, store.clock.deadline_now() + seconds, delivery["id"]),
        )


def hold_back(store: Store, delivery: sqlite3.Row) -> None:
    """Let the next delivery overtake this one; go on alone if none comes."""
    postpone(store, delivery, seconds=_HELD_BACK_FOR, result=_HELD_BACK)


def is_one_held_back(store: Store) -> bool:
    """Tell whether a delivery waits to be overtaken."""
    sql = "SELECT 1 FROM deliveries WHERE state = 'waiting' AND result = ? LIMIT 1"
    return bool(store.rows(sql, (_HELD_BACK,)))


def _finish(store: Store, delivery: sqlite3.Row, *, state: str, result: str) -> None:
    store.run(
        "UPDATE deliveries SET tries = tries + 1, state = ?, result = ? WHERE id = ?",
        (state, result, delivery["id"]),
    )


def latest(store: Store, *, most: int = 100) -> list[dict[str, Any]]:
    """Return the newest deliveries as plain dictionaries."""
    return [
        dict(row)
        for row in store.rows("SELECT * FROM deliveries ORDER BY id DESC LIMIT ?", (most,))
    ]


def of_event(store: Store, event_id: str) -> list[dict[str, Any]]:
    """Return an event's deliveries, newest first."""
    sql = "SELECT * FROM deliveries WHERE event_id = ? ORDER BY id DESC"
    return [dict(row) for row in store.rows(sql, (event_id,))]
