"""What the shop takes from one product record."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

WorkKey = tuple[str, str, str]
"""A work's identifier: its type (list 16), the name of the scheme and the value."""


class BadRecord(Exception):
    """A record that cannot be loaded; the text says why."""

    def __init__(self, reason: str, line: int) -> None:
        """Say why, and on which line of the file."""
        super().__init__(reason)
        self.line = line


@dataclass
class Notes:
    """What is left out of a record, and what a shopkeeper should know about it."""

    ignored: set[tuple[str, str]] = field(default_factory=set)
    remarks: list[str] = field(default_factory=list)

    def ignore(self, element: str, reason: str) -> None:
        """Note that a part of the record is not kept."""
        self.ignored.add((element, reason))

    def remark(self, text: str) -> None:
        """Note something about a record that is loaded all the same."""
        if text not in self.remarks:
            self.remarks.append(text)


@dataclass(frozen=True)
class Relations:
    """Which other editions and works a record names."""

    same_work: frozenset[str] = frozenset()
    work_keys: tuple[WorkKey, ...] = ()
    recommended: tuple[str, ...] = ()


@dataclass(frozen=True)
class Person:
    """A contributor and what they did, by roles of `Contribution.Role`."""

    name: str
    sort_name: str
    roles: tuple[str, ...]
    wikidata: str = ""
    isni: str = ""
    born: int | None = None
    died: int | None = None
    biography: str = ""
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Subject:
    """A Thema subject, whose heading may be empty, or one of the shop, without a code."""

    code: str
    heading: str

    @property
    def key(self) -> str:
        """What tells it from the other subjects."""
        return self.code or self.heading


@dataclass(frozen=True)
class Texts:
    """The texts about a work, as HTML still to be cleaned; the quote is plain."""

    short_description: str = ""
    description: str = ""
    table_of_contents: str = ""
    pull_quote: str = ""
    pull_quote_source: str = ""


@dataclass(frozen=True)
class Supply:
    """What it costs and whether it can be had; amounts in the shop's currency."""

    status: str
    """By publishing status, availability and day of publication together."""
    price: Decimal | None
    on_hand: int | None
    publishing_status: str
    availability: str
    today: date
    is_told: bool
    """Whether the record says anything about the shop's market."""


@dataclass(frozen=True, kw_only=True)
class Record:
    """One edition, with what the record says about its work.

    An update (notification 04) tells of the blocks that it has; the rest is empty here
    and stays in the catalogue as it is.
    """

    reference: str
    line: int
    isbn: str
    is_update: bool
    blocks: frozenset[str]
    publication_type: str = ""
    title: str = ""
    sort_title: str = ""
    subtitle: str = ""
    people: tuple[Person, ...] = ()
    about: tuple[Person, ...] = ()
    series: str = ""
    series_number: str = ""
    language: str = ""
    original_language: str = ""
    pages: int | None = None
    measures: dict[str, int] = field(default_factory=dict)
    protection: str = ""
    accessibility: list[str] = field(default_factory=list)
    subjects: tuple[Subject, ...] = ()
    texts: Texts
    covers: tuple[str, ...] = ()
    """Where the front cover is, the best first."""
    imprint: str
    published_on: date | None
    first_published: int | None
    embargoed_until: date | None
    announced_at: datetime | None
    supply: Supply
    relations: Relations
    notes: Notes

    def has(self, block: str) -> bool:
        """Whether the record tells of a block; a full record tells of all."""
        return block in self.blocks


@dataclass(frozen=True)
class Deletion:
    """A notification that the publisher sent an edition's record in error or withdraws it."""

    reference: str
    line: int
    isbn: str


def first_filled(values: Iterable[str]) -> str:
    """Return the first text that is not empty."""
    return next(filter(None, values), "")
