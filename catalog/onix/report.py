"""Say what an import did and, above all, what it did not do."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Self

SHOWN = 3


@dataclass(frozen=True)
class Remark:
    """Something about one record, with where to find it in the file."""

    reference: str
    line: int
    text: str

    @property
    def place(self) -> str:
        """The record's reference and line."""
        return f"{self.reference or 'record without reference'}, line {self.line}"


@dataclass
class Report:
    """What became of a message."""

    records: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    works_new: int = 0
    works_changed: int = 0
    contributors_new: int = 0
    subjects_new: int = 0
    recommendations_unknown: int = 0
    skipped: list[Remark] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    ignored: Counter[tuple[str, str]] = field(default_factory=Counter)

    def skip(self, reference: str, line: int, reason: str) -> None:
        """Note a record that was not loaded."""
        self.skipped.append(Remark(reference, line, reason))

    def remark(self, reference: str, line: int, text: str) -> None:
        """Note something about a record that was loaded."""
        self.remarks.append(Remark(reference, line, text))

    def add(self, part: Self) -> None:
        """Add what another report, of a part of the message, counted."""
        for name, value in vars(part).items():
            setattr(self, name, getattr(self, name) + value)

    def lines(self, *, every_remark: bool = False) -> Iterator[str]:
        """Yield the report as text; remarks of one kind are gathered unless all are wanted."""
        yield f"Records read: {self.records}"
        yield (
            f"Editions: {self.new} new, {self.changed} changed, {self.unchanged} unchanged, "
            f"{self.withdrawn} withdrawn"
        )
        yield f"Works: {self.works_new} new, {self.works_changed} changed"
        yield f"Contributors: {self.contributors_new} new. Subjects: {self.subjects_new} new"
        if self.recommendations_unknown:
            yield f"Recommended books not in the catalogue: {self.recommendations_unknown}"
        if self.skipped:
            yield f"Records skipped: {len(self.skipped)}"
            yield from (f"  {skipped.place}: {skipped.text}" for skipped in self.skipped)
        if self.remarks:
            yield "Loaded, but note:"
            yield from self._remarks(every_remark=every_remark)
        if self.ignored:
            yield "Not kept:"
            for (element, reason), count in sorted(self.ignored.items()):
                yield f"  {element} {reason}: {_count(count)}"

    def _remarks(self, *, every_remark: bool) -> Iterator[str]:
        places: dict[str, list[str]] = {}
        for remark in self.remarks:
            places.setdefault(remark.text, []).append(remark.place)
        for text, found in places.items():
            shown = found if every_remark else found[:SHOWN]
            more = f"; and {len(found) - len(shown)} more" if len(shown) < len(found) else ""
            yield f"  {text}: {'; '.join(shown)}{more}"


def _count(records: int) -> str:
    return f"{records} record{'' if records == 1 else 's'}"
