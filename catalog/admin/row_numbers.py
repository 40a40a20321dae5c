"""The numbers of the rows in a form that a browser sent."""

from collections.abc import Iterable
from typing import Any

from django.http import QueryDict


def renumber(
    data: QueryDict, files: Any, *, prefix: str, key: str, gone: Iterable[str]
) -> None:
    """Give the rows of a form new numbers, after some of them are gone from the database.

    Of those in `gone`, `3` becomes a new row and `-3` is left out.
    """
    dropped = {number[1:] for number in gone if number.startswith("-")}
    again = [number for number in gone if not number.startswith("-")]
    total = int(data.get(f"{prefix}-TOTAL_FORMS", "0"))
    initial = int(data.get(f"{prefix}-INITIAL_FORMS", "0"))
    kept = [str(i) for i in range(initial) if str(i) not in {*dropped, *again}]
    order = [*kept, *map(str, range(initial, total)), *again]
    for number in again:
        data[f"{prefix}-{number}-{key}"] = ""
    for store in (data, files):
        for lead in ("", "initial-"):
            _renumber(store, f"{lead}{prefix}", total, order)
    data[f"{prefix}-TOTAL_FORMS"] = str(len(order))
    data[f"{prefix}-INITIAL_FORMS"] = str(len(kept))


def _renumber(store: Any, prefix: str, total: int, order: list[str]) -> None:
    rows: dict[str, dict[str, Any]] = {str(i): {} for i in range(total)}
    for name in list(store):
        number, dash, rest = name.removeprefix(f"{prefix}-").partition("-")
        if name.startswith(f"{prefix}-") and dash and number in rows:
            rows[number][rest] = store.pop(name)
    for new, old in enumerate(order):
        for rest, values in rows[old].items():
            store.setlist(f"{prefix}-{new}-{rest}", values)
