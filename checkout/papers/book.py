"""A book as papers name it: what was sold, whatever became of it since."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from catalog.isbn import show_isbn


@dataclass(frozen=True)
class Book:
    """One edition of an order's line."""

    title: str
    byline: str = ""
    publication_type: str = ""
    isbn: str = ""

    @classmethod
    def of_line(cls, line: Any) -> Self:
        """Return the book of a line loaded by `checkout.orders`; no query of its own."""
        edition = line.product
        return cls(
            title=line.title,
            byline=edition.parent.byline if edition else "",
            publication_type=edition.get_publication_type_display() if edition else "",
            isbn=show_isbn(line.upc) if line.upc else "",
        )

    def printed(self) -> dict[str, Any]:
        """Return what the template `book` shows: the title, and the lines below it."""
        isbn = f"ISBN {self.isbn}" if self.isbn else ""
        facts = " · ".join(filter(None, [self.publication_type, isbn]))
        return {"title": self.title, "about": list(filter(None, [self.byline, facts]))}


def in_words(day: date) -> str:
    """Return a day as papers write it: `24 November 2026`."""
    return f"{day.day} {day:%B %Y}"
