"""Load an ONIX message into the catalogue."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from django.db import DatabaseError, connection, transaction

from catalog import search
from catalog.models import ImportLine, ImportRun, Product
from catalog.onix import shop
from catalog.onix.composite import Composite
from catalog.onix.covers import Covers
from catalog.onix.editions import withdraw
from catalog.onix.group import Place, Writer
from catalog.onix.journal import Journal, Stopped
from catalog.onix.market import Market
from catalog.onix.message import Message, UnreadableMessage
from catalog.onix.reader import read_record
from catalog.onix.recommendations import write_recommendations
from catalog.onix.record import BadRecord, Deletion
from catalog.onix.report import Report
from catalog.onix.runs import LOCK
from catalog.onix.survey import Node, Survey, survey
from catalog.pricing import history

State = ImportRun.State
Watch = Callable[[int, int | None], None]
"""Is told the records done and, once they are counted, how many there are."""


class ImportUnderWay(Exception):
    """Another import is writing to the catalogue."""


def load_run(
    run: ImportRun, *, market: Market | None = None, on_record: Watch = lambda done, total: None
) -> None:
    """Load the message of a run, from where it stopped, and report on every record.

    The file is read twice. The first time nothing is written: a message that is not
    well-formed to its last line leaves the catalogue as it was. The second time each
    work is written with its editions, in one transaction of its own, when the last of
    their records has been read: orders wait for one work at most. How far the run has
    come is committed with each work. A trial does the same and rolls each work back.

    :raises UnreadableMessage: if the file is not a readable ONIX 3 message.
    :raises ImportUnderWay: if another import is running.
    :raises Stopped: if somebody stopped it.
    """
    with _alone(), history.throughout(f"ONIX import of {run.name}"):
        took = ImportRun.objects.filter(pk=run.pk).exclude(state=State.DONE)
        took.update(state=State.RUNNING, problem="", ended_at=None)
        run.refresh_from_db()
        journal = Journal(run)
        try:
            _load(run, journal, market or shop.market(), on_record)
        except UnreadableMessage as error:
            journal.end(State.FAILED, str(error))
            raise
        except KeyboardInterrupt:
            journal.end(State.STOPPED)
            raise
        except Stopped:
            run.refresh_from_db()
            raise
        except Exception as error:
            if connection.is_usable():
                journal.end(State.FAILED, f"{type(error).__name__}: {error}")
            raise
        journal.end(State.DONE)


def _load(run: ImportRun, journal: Journal, market: Market, on_record: Watch) -> None:
    message = Message(Path(run.path), name=run.name)
    found = survey(message, on_record=lambda seen: on_record(seen, None))
    total = len(found.isbns)
    ImportRun.objects.filter(pk=run.pk).update(records_total=total)
    loading = _Loading(run, journal, found, market)
    for index, product in enumerate(message.products()):
        loading.take(index, product)
        on_record(index + 1, total)
    loading.close(total)


@contextmanager
def _alone() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            message = "another import is running; wait for it to end"
            raise ImportUnderWay(message)
        try:
            yield
        finally:
            if connection.is_usable():
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


class _Loading:
    """The second pass: records wait until their work is complete."""

    def __init__(self, run: ImportRun, journal: Journal, found: Survey, market: Market) -> None:
        self._run = run
        self._journal = journal
        self._found = found
        self._market = market
        self._is_trial = run.is_trial
        find_room = partial(shop.room, keeps_stock=run.keeps_stock, currency=market.currency)
        self._writer = Writer(find_room, found.groups, is_trial=run.is_trial)
        self._covers = Covers(run)
        self._waiting: dict[Node, list[Place]] = {}
        self._begun_at = run.records_done
        """The records before it were dealt with in an earlier go."""
        skipped = run.lines.filter(kind=ImportLine.Kind.SKIPPED)
        self._skipped = set(skipped.values_list("number", flat=True))

    def take(self, index: int, product: Composite) -> None:
        """Deal with the next record: keep it, or write its work if it is the last of it."""
        isbn = self._found.isbns[index]
        if index not in self._skipped:
            self._read(index, product)
        if not isbn or index in self._found.duplicates:
            root = None
        else:
            root = self._found.groups.root(isbn)
        if root in self._waiting and self._found.last[root] == index:
            self._write(root, index)
        elif self._journal.is_due and index >= self._begun_at:
            self._commit(index + 1)

    def close(self, total: int) -> None:
        """Write what relates works to one another."""
        self._commit(total)
        if not self._is_trial:
            lines = self._run.lines.filter(kind=ImportLine.Kind.SKIPPED)
            skipped = set(lines.values_list("number", flat=True))
            isbns = self._found.isbns
            self._journal.report.recommendations_unknown = write_recommendations(
                (isbns[index], named)
                for index, named in self._found.recommended.items()
                if index not in skipped
            )
            self._covers.take_all(self._journal)

    def _read(self, index: int, product: Composite) -> None:
        part = Report()
        try:
            if index in self._found.duplicates:
                raise BadRecord(self._found.duplicates[index], product.line)
            record = read_record(product, market=self._market, defaults=self._found.defaults)
        except BadRecord as error:
            part.skip(index, product.text("RecordReference"), error.line, str(error))
            self._journal.add(part)
            return
        if isinstance(record, Deletion):
            if index >= self._begun_at:
                self._delete(index, record)
            return
        self._covers.note(record)
        self._journal.omit(record.notes.ignored)
        root = self._found.groups.root(record.isbn)
        if self._found.last[root] < self._begun_at:
            self._writer.contributors.replay(record)
        else:
            self._waiting.setdefault(root, []).append((index, record))

    def _write(self, root: Node, index: int) -> None:
        places = self._waiting.pop(root)
        mark = self._journal.mark()
        try:
            with transaction.atomic():
                written = self._writer.write(root, places)
                self._journal.add(written.report)
                is_changed = self._covers.want(written.works) or written.is_changed
                if self._is_trial:
                    transaction.set_rollback(True)
                elif is_changed:
                    self._journal.commit(index + 1)
        except DatabaseError as error:
            if not connection.is_usable():
                raise
            self._journal.go_back(mark)
            self._writer.forget()
            part = Report()
            reason = f"the database refused its work: {str(error).splitlines()[0]}"
            for number, record in places:
                part.skip(number, record.reference, record.line, reason)
            self._journal.add(part)
        else:
            if self._is_trial:
                self._writer.forget()
            elif is_changed:
                self._journal.settle()
        if self._journal.is_due:
            self._commit(index + 1)

    def _delete(self, index: int, deletion: Deletion) -> None:
        part = Report()
        edition = Product.objects.filter(structure="child", upc=deletion.isbn).first()
        if edition is None:
            reason = f"deletion of {deletion.isbn}, which is not in the catalogue"
            part.skip(index, deletion.reference, deletion.line, reason)
            self._journal.add(part)
            return
        with transaction.atomic():
            if withdraw(edition):
                part.withdrawn += 1
                search.index_works(work_ids=[edition.parent_id])
            else:
                part.unchanged += 1
            self._journal.add(part)
            if self._is_trial:
                transaction.set_rollback(True)
            else:
                self._journal.commit(index + 1)
        if not self._is_trial:
            self._journal.settle()

    def _commit(self, done: int) -> None:
        with transaction.atomic():
            self._journal.commit(done)
        self._journal.settle()
