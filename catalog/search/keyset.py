"""Walk along a shelf of any length: a page begins where the last one ended.

A place on a shelf is named by the sort key and the number of a book, so page 500 costs
what page 1 costs, and a book that is added meanwhile moves nothing to another page.
"""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import connection

BOOKS_A_PAGE = 24
COUNTED = 1_000
"""Beyond so many, books are not counted but said to be more."""

LARGEST_KEY = 2**63 - 1
LONGEST_PLACE = 1_200
LARGEST_NUMBER = Decimal(10) ** 12


class NoPlace(Exception):
    """The text names no place on this shelf."""


@dataclass(frozen=True)
class Stretch:
    """A part of a shelf in one order.

    `sql` selects `work`, `key` and `id`, which no two rows share; `kind` is the type of
    the key in PostgreSQL: date, numeric or text.
    """

    sql: str
    kind: str
    is_descending: bool = False


@dataclass(frozen=True)
class Shelf:
    """Stretches one behind the other, with the values their statements name."""

    stretches: Sequence[Stretch]
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Place:
    """Where a book stands on a shelf."""

    stretch: int
    key: Any
    id: int

    def __str__(self) -> str:
        """Write the place as an address may hold it."""
        text = json.dumps([self.stretch, str(self.key), self.id], separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@dataclass(frozen=True)
class Page:
    """The works of a page, and where the pages around it begin; nothing if there is none."""

    works: Sequence[int]
    after: str = ""
    before: str = ""


def read_place(text: str, shelf: Shelf) -> Place:
    """Return the place that an address names.

    :raises NoPlace: if it is none of this shelf.
    """
    try:
        if len(text) > LONGEST_PLACE:
            raise NoPlace
        padded = text + "=" * (-len(text) % 4)
        stretch, key, book = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        if type(stretch) is not int or type(book) is not int or type(key) is not str:
            raise NoPlace
        if not (0 <= stretch < len(shelf.stretches) and 0 <= book <= LARGEST_KEY):
            raise NoPlace
        value = _read_key(key, shelf.stretches[stretch].kind)
    except (ValueError, TypeError, InvalidOperation, RecursionError, binascii.Error) as error:
        raise NoPlace from error
    return Place(stretch, value, book)


def read_page(
    shelf: Shelf, *, after: str = "", before: str = "", size: int = BOOKS_A_PAGE
) -> Page:
    """Return the page after or before a place; the first one for a place that is none."""
    try:
        if before:
            page = _page_before(shelf, read_place(before, shelf), size)
            # Too near to the start for a whole page: the first page has these and more.
            return page if len(page.works) == size else _page_after(shelf, None, size)
        return _page_after(shelf, read_place(after, shelf) if after else None, size)
    except NoPlace:
        return _page_after(shelf, None, size)


def first(shelf: Shelf, number: int) -> list[int]:
    """Return the first works of a shelf."""
    return [work for _, work in _walk(shelf, None, number)]


def count(shelf: Shelf) -> int:
    """Return how many works stand on a shelf; one more than are counted stands for many."""
    stretches = " UNION ALL ".join(
        f"SELECT FROM ({stretch.sql}) stretch{number}"
        for number, stretch in enumerate(shelf.stretches)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM ({stretches} LIMIT {COUNTED + 1}) counted", shelf.values
        )
        return (cursor.fetchone() or (0,))[0]


def place_of_page(shelf: Shelf, number: int) -> str:
    """Return the place after which an old link's page begins, or nothing if it is far off."""
    passed = (number - 1) * BOOKS_A_PAGE
    if not 0 < passed <= COUNTED:
        return ""
    places = _walk(shelf, None, passed)
    return str(places[-1][0]) if len(places) == passed else ""


def _page_after(shelf: Shelf, place: Place | None, size: int) -> Page:
    found = _walk(shelf, place, size + 1)
    shown = found[:size]
    return Page(
        works=[work for _, work in shown],
        after=str(shown[-1][0]) if len(found) > size else "",
        before=str(shown[0][0]) if place and shown else "",
    )


def _page_before(shelf: Shelf, place: Place, size: int) -> Page:
    found = _walk(shelf, place, size + 1, is_back=True)
    shown = found[:size][::-1]
    return Page(
        works=[work for _, work in shown],
        after=str(shown[-1][0]) if shown else "",
        before=str(shown[0][0]) if len(found) > size else "",
    )


def _walk(
    shelf: Shelf, place: Place | None, steps: int, *, is_back: bool = False
) -> list[tuple[Place, int]]:
    """Return the next places with their works, from stretch to stretch."""
    start = place.stretch if place else 0
    numbers = range(start, -1, -1) if is_back else range(start, len(shelf.stretches))
    found: list[tuple[Place, int]] = []
    for number in numbers:
        if len(found) == steps:
            break
        stretch = shelf.stretches[number]
        is_down = stretch.is_descending != is_back
        order = "DESC" if is_down else "ASC"
        values = {**shelf.values, "steps": steps - len(found)}
        beyond = ""
        if place and number == start:
            values |= {"at_key": place.key, "at_id": place.id}
            beyond = (
                f"WHERE (walk.key, walk.id) {'<' if is_down else '>'} "
                f"(%(at_key)s::{stretch.kind}, %(at_id)s)"
            )
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT work, key, id FROM ({stretch.sql}) walk {beyond} "
                f"ORDER BY walk.key {order}, walk.id {order} LIMIT %(steps)s",
                values,
            )
            found += [(Place(number, key, book), work) for work, key, book in cursor]
    return found


def _read_key(text: str, kind: str) -> date | Decimal | str:
    """Return the key that a text names.

    :raises ValueError: if it names none that PostgreSQL can compare.
    """
    if kind == "date":
        return date.fromisoformat(text)
    if kind == "numeric":
        number = Decimal(text)
        if number.is_finite() and abs(number) < LARGEST_NUMBER:
            return number
        raise ValueError(text)
    text.encode()  # half a letter has no bytes
    if "\x00" in text:
        raise ValueError(text)
    return text
