"""Load an ONIX message into the catalogue."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import DatabaseError, connection, transaction

from catalog import search
from catalog.models import Product
from catalog.onix.contributors import Contributors
from catalog.onix.editions import Stockroom, withdraw, write_edition, write_stock
from catalog.onix.message import Message
from catalog.onix.reader import read_record
from catalog.onix.recommendations import write_recommendations
from catalog.onix.record import BadRecord, Deletion, Record
from catalog.onix.report import Report
from catalog.onix.subjects import Shelves
from catalog.onix.supply import Market
from catalog.onix.survey import Node, Survey, survey
from catalog.onix.works import find_work, work_codes, write_work
from catalog.pricing import history

PRINTED = set(Product.PublicationType.values) - set(Product.DIGITAL)
LOCK = 0x0A1  # any number; it names this lock in PostgreSQL


class ImportUnderWay(Exception):
    """Another import is writing to the catalogue."""


def import_message(
    *,
    path: Path,
    market: Market,
    room: Stockroom,
    on_record: Callable[[int], None] = lambda count: None,
) -> Report:
    """Load the message in a file and report on every record.

    The file is read twice. The first time nothing is written: a message that is not
    well-formed to its last line leaves the catalogue as it was. The second time each
    work is written with its editions, in one transaction of its own, when the last of
    their records has been read: orders wait for one work at most, and after a stop
    halfway the same import completes the rest.

    :raises UnreadableMessage: if the file is not a readable ONIX 3 message.
    :raises ImportUnderWay: if another import is running.
    """
    message = Message(path)
    with _alone(), history.throughout(f"ONIX import of {path.name}"):
        found = survey(message)
        loading = _Loading(found, market, room)
        for index, product in enumerate(message.products()):
            loading.report.records += 1
            reference, line = product.text("RecordReference"), product.line
            try:
                if index in found.duplicates:
                    raise BadRecord(found.duplicates[index], line)
                record = read_record(product, market=market, defaults=found.defaults)
            except BadRecord as error:
                loading.report.skip(reference, error.line, str(error))
            else:
                loading.take(record)
            loading.finish(index)
            on_record(loading.report.records)
        return loading.close()


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
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


class _Loading:
    """The second pass: records wait until their work is complete."""

    def __init__(self, found: Survey, market: Market, room: Stockroom) -> None:
        self.report = Report()
        self._part = Report()
        self._found = found
        self._market = market
        self._room = room
        self._contributors = Contributors()
        self._shelves = Shelves()
        self._waiting: dict[Node, list[Record]] = {}
        self._recommended: dict[int, dict[str, None]] = {}

    def take(self, record: Record | Deletion) -> None:
        """Keep a record until its work is complete; act on a deletion at once."""
        if isinstance(record, Deletion):
            self._delete(record)
        else:
            root = self._found.groups.root(record.isbn)
            self._waiting.setdefault(root, []).append(record)

    def finish(self, index: int) -> None:
        """Write the work of the record of this number if it was the last one of it."""
        isbn = self._found.isbns[index]
        if not isbn or index in self._found.duplicates:
            return
        root = self._found.groups.root(isbn)
        self._found.expected[root] -= 1
        if self._found.expected[root] or root not in self._waiting:
            return
        records = self._waiting.pop(root)
        # What a roll-back undoes must not be reported as done.
        self._part = self._contributors.report = self._shelves.report = Report()
        try:
            with transaction.atomic():
                works = self._write_group(root, records)
        except DatabaseError as error:
            self._contributors.forget()
            self._shelves.forget()
            reason = f"the database refused its work: {str(error).splitlines()[0]}"
            for record in records:
                self.report.skip(record.reference, record.line, reason)
        else:
            self.report.add(self._part)
            for record, work in works:
                self._note(record, work)

    def close(self) -> Report:
        """Write what relates works to one another and return the report."""
        self.report.recommendations_unknown = write_recommendations(self._recommended)
        return self.report

    def _delete(self, deletion: Deletion) -> None:
        edition = Product.objects.filter(structure="child", upc=deletion.isbn).first()
        if edition is None:
            reason = f"deletion of {deletion.isbn}, which is not in the catalogue"
            self.report.skip(deletion.reference, deletion.line, reason)
            return
        with transaction.atomic():
            if withdraw(edition):
                self.report.withdrawn += 1
                search.index_works(work_ids=[edition.parent_id])
            else:
                self.report.unchanged += 1

    def _write_group(self, root: Node, records: list[Record]) -> list[tuple[Record, Product]]:
        """Write the records of one group: one work, or those that its editions are in.

        Return the records with the works they went to.
        """
        groups = self._found.groups
        codes = work_codes(groups.work_keys(root))
        known = {
            edition.upc: edition
            for edition in Product.objects.filter(structure="child", upc__in=groups.isbns(root))
            .select_related("parent")
            .prefetch_related("stockrecords", "parent__contributions")
        }
        parents = {edition.parent_id: edition.parent for edition in known.values()}
        works = [parents[key] for key in sorted(parents)]
        first = works[0] if works else find_work(codes)
        by_work: dict[int | None, list[Record]] = {}
        for record in records:
            home = known[record.isbn].parent_id if record.isbn in known else first and first.pk
            by_work.setdefault(home, []).append(record)
        written = []
        for key, of_work in by_work.items():
            work = self._write_work(parents.get(key, first), of_work, codes, known)
            written += [(record, work) for record in of_work]
        if len(works) > 1:
            titles = ", ".join(f"{work.title} ({work.slug})" for work in works)
            text = f"joins works that are apart in the catalogue, left apart: {titles}"
            self._part.remark(records[0].reference, records[0].line, text)
        return written

    def _write_work(
        self,
        work: Product | None,
        records: list[Record],
        codes: list[str],
        known: dict[str | None, Product],
    ) -> Product:
        is_new = work is None
        work, is_changed = write_work(
            work,
            records,
            codes=codes,
            contributors=self._contributors,
            shelves=self._shelves,
        )
        self._part.works_new += is_new
        self._part.works_changed += is_changed and not is_new
        slugs: set[str] = set()
        if not is_new and any(record.isbn not in known for record in records):
            slugs.update(work.children.values_list("slug", flat=True))
        needs_index = is_changed
        # In the order of the stock's keys, as orders lock it; the new ones last.
        for record in sorted(records, key=lambda record: _stock_key(known.get(record.isbn))):
            needs_index |= self._write_edition(record, work, known.get(record.isbn), slugs)
        if needs_index:
            search.index_works(work_ids=[work.pk])
        return work

    def _write_edition(
        self, record: Record, work: Product, existing: Product | None, slugs: set[str]
    ) -> bool:
        """Write one edition; return whether search must look at its work anew."""
        edition, changed = write_edition(
            existing, record, work=work, shelves=self._shelves, taken_slugs=slugs
        )
        slugs.add(edition.slug)
        is_stock_changed, remarks = write_stock(
            edition, record, self._room, is_new=existing is None
        )
        record.notes.remarks.extend(remarks)
        if existing is None:
            self._part.new += 1
        elif changed or is_stock_changed:
            self._part.changed += 1
        else:
            self._part.unchanged += 1
        return bool({"upc", "is_public"} & set(changed))

    def _note(self, record: Record, work: Product) -> None:
        if record.relations.recommended:
            named = self._recommended.setdefault(work.pk, {})
            named.update(dict.fromkeys(record.relations.recommended))
        if record.title != work.title:
            record.notes.remark(
                f"its title {record.title!r} differs: the work is {work.title!r}"
            )
        if not record.measures.get("weight_g") and record.publication_type in PRINTED:
            record.notes.remark("no weight: its shipping cannot be reckoned")
        for text in record.notes.remarks:
            self.report.remark(record.reference, record.line, text)
        self.report.ignored.update(record.notes.ignored)


def _stock_key(edition: Product | None) -> float:
    stock = next(iter(edition.stockrecords.all()), None) if edition else None
    return stock.pk if stock else float("inf")
