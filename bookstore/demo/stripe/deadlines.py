"""What happens by itself when its time comes: sessions end, banks answer."""

from collections.abc import Callable, Mapping

from bookstore.demo.stripe.store import Store

Verb = Callable[[Store, str], None]


def plan(store: Store, object_id: str, *, verb: str, due_at: float) -> None:
    """Let `verb` happen to an object at a moment of the deadlines' clock."""
    store.run(
        "INSERT OR REPLACE INTO deadlines (object_id, verb, due_at) VALUES (?, ?, ?)",
        (object_id, verb, due_at),
    )


def forget(store: Store, object_id: str) -> None:
    """Drop an object's deadline: it was settled in another way."""
    store.run("DELETE FROM deadlines WHERE object_id = ?", (object_id,))


def meet(store: Store, verbs: Mapping[str, Verb]) -> None:
    """Do everything whose time has come, each in its own transaction."""
    sql = "SELECT * FROM deadlines WHERE due_at <= ? ORDER BY due_at"
    for seen in store.rows(sql, (store.clock.deadline_now(),)):
        with store.change():
            # Another thread may have done it since, or the object moved on.
            if store.run("DELETE FROM deadlines WHERE object_id = ?", (seen["object_id"],)):
                verbs[seen["verb"]](store, seen["object_id"])


def next_due(store: Store) -> float | None:
    """Return how many seconds remain until the next deadline, or None without one."""
    at = store.rows("SELECT min(due_at) AS due_at FROM deadlines")[0]["due_at"]
    return None if at is None else max(0.0, float(at) - store.clock.deadline_now())
