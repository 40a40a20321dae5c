"""Keep a run's row in step with what it has written."""

import time
from collections import Counter
from collections.abc import Iterable

from django.utils import timezone

from catalog.models import ImportLine, ImportRun
from catalog.onix.report import Remark, Report

EVERY_SECONDS = 1.0
MOST_OMISSIONS = 1000
LONGEST_REFERENCE = 255
OTHERS = ("Other parts", "not kept")
State = ImportRun.State


class Stopped(Exception):
    """Somebody stopped the run."""


class Journal:
    """What a run has done and said so far; `commit` writes both in one transaction's breath.

    Called inside the transaction that writes a work, it is true whatever happens next:
    the work, its lines and the number of records done are committed together or not at all.
    """

    def __init__(self, run: ImportRun) -> None:
        """Go on from what is written."""
        self.run = run
        self.report = Report(**run.counts)
        self.omissions: Counter[tuple[str, str]] = Counter()
        self._lines: list[ImportLine] = []
        self._written_at = time.monotonic()

    def add(self, part: Report) -> None:
        """Take over what a part of the message came to."""
        for kind, remarks in (("skipped", part.skipped), ("remark", part.remarks)):
            self._lines += [self._line(kind, remark) for remark in remarks]
        for name, count in part.counts.items():
            setattr(self.report, name, getattr(self.report, name) + count)

    def fail_cover(self, remark: Remark) -> None:
        """Note a cover that was not taken."""
        self.report.covers_failed += 1
        self._lines.append(self._line("cover", remark))

    def omit(self, parts: Iterable[tuple[str, str]]) -> None:
        """Count parts of a record that are not kept."""
        for part in parts:
            is_room = part in self.omissions or len(self.omissions) < MOST_OMISSIONS
            self.omissions[part if is_room else OTHERS] += 1

    def mark(self) -> tuple[dict[str, int], int]:
        """Return where the journal stands, for `go_back`."""
        return self.report.counts, len(self._lines)

    def go_back(self, mark: tuple[dict[str, int], int]) -> None:
        """Forget what was added since, after a roll-back undid it."""
        counts, lines = mark
        vars(self.report).update(counts)
        del self._lines[lines:]

    def commit(self, done: int) -> None:
        """Write how far the run has come.

        :raises Stopped: if it was stopped meanwhile; a transaction around is rolled back.
        """
        ImportLine.objects.bulk_create(self._lines, batch_size=500)
        self.report.records = done
        running = ImportRun.objects.filter(pk=self.run.pk, state=State.RUNNING)
        if not running.update(records_done=done, counts=self.report.counts):
            raise Stopped
        self.run.records_done = done

    def settle(self) -> None:
        """Note that what was handed to `commit` is in the database for good."""
        self._lines.clear()
        self._written_at = time.monotonic()

    @property
    def is_due(self) -> bool:
        """Whether those who watch have not been told for a second."""
        return time.monotonic() - self._written_at > EVERY_SECONDS

    def end(self, state: State, problem: str = "") -> None:
        """Write down how the run ended, unless it was stopped meanwhile."""
        running = ImportRun.objects.filter(pk=self.run.pk, state=State.RUNNING)
        omissions = sorted([*key, count] for key, count in self.omissions.items())
        running.update(
            state=state,
            problem=problem,
            counts=self.report.counts,
            omissions=omissions,
            ended_at=timezone.now(),
        )
        self.run.refresh_from_db()

    def _line(self, kind: str, remark: Remark) -> ImportLine:
        return ImportLine(
            run=self.run,
            kind=kind,
            number=remark.number,
            reference=remark.reference[:LONGEST_REFERENCE],
            line=remark.line,
            text=remark.text,
        )
