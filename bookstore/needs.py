"""Something that waits for somebody of the staff, on the admin's first page."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Need:
    """So many things to do, in words, and the page where they are done."""

    count: int
    words: str
    url: str = ""


def need(count: int, one: str, many: str, url: str) -> list[Need]:
    """Return the need in the number that fits, or nothing if there is none."""
    return [Need(count, one if count == 1 else many, url)] if count else []
