"""Say what an import did and, above all, what it did not do."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from catalog.models import ImportLine, ImportRun

SHOWN = 3


@dataclass(frozen=True)
class Remark:
    """Something about one record, with where to find it in the file."""

    reference: str
    line: int
    text: str
    number: int | None = None
    """Which record of the message it is, from 0; known of those not loaded."""


@dataclass
class Report:
    """What became of a message, or of a part of it."""

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
    skipped_records: int = 0
    covers_new: int = 0
    covers_failed: int = 0
    skipped: list[Remark] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    def skip(self, number: int, reference: str, line: int, reason: str) -> None:
        """Note a record that was not loaded."""
        self.skipped_records += 1
        self.skipped.append(Remark(reference, line, reason, number))

    def remark(self, reference: str, line: int, text: str) -> None:
        """Note something about a record that was loaded."""
        self.remarks.append(Remark(reference, line, text))

    @property
    def counts(self) -> dict[str, int]:
        """The figures alone, by name."""
        return {name: value for name, value in vars(self).items() if isinstance(value, int)}


def lines(run: ImportRun, *, every_remark: bool = False) -> Iterator[str]:
    """Yield a run's report as text; remarks of one kind are gathered unless all are wanted."""
    counts = Report(**run.counts)
    yield f"Records read: {counts.records}"
    yield (
        f"Editions: {counts.new} new, {counts.changed} changed, {counts.unchanged} unchanged, "
        f"{counts.withdrawn} withdrawn"
    )
    yield f"Works: {counts.works_new} new, {counts.works_changed} changed"
    yield f"Contributors: {counts.contributors_new} new. Subjects: {counts.subjects_new} new"
    if counts.covers_new or counts.covers_failed:
        yield f"Covers: {counts.covers_new} taken, {counts.covers_failed} not"
    if counts.recommendations_unknown:
        yield f"Recommended books not in the catalogue: {counts.recommendations_unknown}"
    if counts.skipped_records:
        yield f"Records skipped: {counts.skipped_records}"
        skipped = run.lines.filter(kind=ImportLine.Kind.SKIPPED)
        yield from (f"  {line}" for line in skipped.iterator())
    yield from _remarks(run, every_remark=every_remark)
    if run.omissions:
        yield "Not kept:"
        for element, reason, count in run.omissions:
            yield f"  {element} {reason}: {_count(count)}"


def _remarks(run: ImportRun, *, every_remark: bool) -> Iterator[str]:
    places: dict[str, tuple[list[str], int]] = {}
    for line in run.lines.exclude(kind=ImportLine.Kind.SKIPPED).iterator():
        shown, count = places.get(line.text, ([], 0))
        if every_remark or count < SHOWN:
            shown.append(line.place)
        places[line.text] = shown, count + 1
    if places:
        yield "Loaded, but note:"
    for text, (shown, count) in places.items():
        more = f"; and {count - len(shown)} more" if len(shown) < count else ""
        yield f"  {text}: {'; '.join(shown)}{more}"


def _count(records: int) -> str:
    return f"{records} record{'' if records == 1 else 's'}"
