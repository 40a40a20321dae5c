"""Write the records of one group: editions that a message puts in one work."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

from catalog import search
from catalog.models import Product
from catalog.onix.contributors import Contributors
from catalog.onix.editions import Stockroom, write_edition, write_stock
from catalog.onix.record import Record
from catalog.onix.report import Report
from catalog.onix.subjects import Shelves
from catalog.onix.survey import Groups, Node
from catalog.onix.works import find_work, work_codes, write_work

PRINTED = set(Product.PublicationType.values) - set(Product.DIGITAL)
Place = tuple[int, Record]
"""Which record of the message it is, from 0, and what it says."""


@dataclass
class Written:
    """What became of a group."""

    report: Report = field(default_factory=Report)
    works: list[tuple[Record, Product]] = field(default_factory=list)
    is_changed: bool = False


class Writer:
    """Writes group after group, and remembers people and shelves between them."""

    def __init__(
        self, find_room: Callable[[], Stockroom], groups: Groups, *, is_trial: bool
    ) -> None:
        """Start with nothing met."""
        self.contributors = Contributors(is_trial=is_trial)
        self._shelves = Shelves(is_trial=is_trial)
        self._find_room = cache(find_room)
        self._groups = groups

    def forget(self) -> None:
        """Drop what is remembered, after a roll-back took it out of the database."""
        self._find_room.cache_clear()
        self.contributors.forget()
        self._shelves.forget()

    def write(self, root: Node, places: list[Place]) -> Written:
        """Write one work, or those that the editions are in already."""
        written = Written()
        self.contributors.begin(written.report)
        self._shelves.report = written.report
        codes = work_codes(self._groups.work_keys(root))
        known = _known_editions(self._groups.isbns(root))
        parents = {edition.parent_id: edition.parent for edition in known.values()}
        works = [parents[key] for key in sorted(parents)]
        first = works[0] if works else find_work(codes)
        by_work: dict[int | None, list[Record]] = {}
        for number, record in places:
            if record.is_update and not _can_be_updated(known.get(record.isbn)):
                reason = f"partial update of {record.isbn}, {_why_not(known, record)}"
                written.report.skip(number, record.reference, record.line, reason)
                continue
            home = known[record.isbn].parent_id if record.isbn in known else first and first.pk
            by_work.setdefault(home, []).append(record)
        for key, of_work in by_work.items():
            work = self._write_work(parents.get(key, first), of_work, codes, known, written)
            written.works += [(record, work) for record in of_work]
        if len(works) > 1 and written.works:
            titles = ", ".join(f"{work.title} ({work.slug})" for work in works)
            text = f"joins works that are apart in the catalogue, left apart: {titles}"
            record = written.works[0][0]
            written.report.remark(record.reference, record.line, text)
        for record, work in written.works:
            _note(record, work, written.report)
        return written

    def _write_work(
        self,
        work: Product | None,
        records: list[Record],
        codes: list[str],
        known: dict[str | None, Product],
        written: Written,
    ) -> Product:
        is_new = work is None
        work, is_changed = write_work(
            work,
            records,
            codes=codes,
            contributors=self.contributors,
            shelves=self._shelves,
        )
        written.report.works_new += is_new
        written.report.works_changed += is_changed and not is_new
        written.is_changed |= is_changed
        slugs: set[str] = set()
        if not is_new and any(record.isbn not in known for record in records):
            slugs.update(work.children.values_list("slug", flat=True))
        needs_index = is_changed
        # In the order of the stock's keys, as orders lock it; the new ones last.
        for record in sorted(records, key=lambda record: _stock_key(known.get(record.isbn))):
            existing = known.get(record.isbn)
            needs_index |= self._write_edition(record, work, existing, slugs, written)
        if needs_index:
            search.index_works(work_ids=[work.pk])
        return work

    def _write_edition(
        self,
        record: Record,
        work: Product,
        existing: Product | None,
        slugs: set[str],
        written: Written,
    ) -> bool:
        """Write one edition; return whether search must look at its work anew."""
        edition, changed = write_edition(
            existing, record, work=work, shelves=self._shelves, taken_slugs=slugs
        )
        slugs.add(edition.slug)
        is_stock_changed, remarks = write_stock(
            edition, record, self._find_room(), is_new=existing is None
        )
        record.notes.remarks.extend(remarks)
        is_changed = bool(changed) or is_stock_changed
        written.is_changed |= is_changed
        if existing is None:
            written.report.new += 1
        elif is_changed:
            written.report.changed += 1
        else:
            written.report.unchanged += 1
        return bool({"upc", "is_public"} & set(changed))


def _known_editions(isbns: list[str]) -> dict[str | None, Product]:
    editions = Product.objects.filter(structure="child", upc__in=isbns)
    loaded = editions.select_related("parent")
    loaded = loaded.prefetch_related("stockrecords", "parent__contributions")
    return {edition.upc: edition for edition in loaded}


def _can_be_updated(edition: Product | None) -> bool:
    return edition is not None and not _is_deleted(edition)


def _is_deleted(edition: Product) -> bool:
    return edition.status == Product.Status.WITHDRAWN and not edition.is_public


def _why_not(known: dict[str | None, Product], record: Record) -> str:
    if record.isbn in known:
        return "which was deleted: ask the sender for a full record (type 03)"
    return "which is not in the catalogue: ask the sender for a full record (type 03)"


def _note(record: Record, work: Product, report: Report) -> None:
    if record.has("DescriptiveDetail"):
        if record.title != work.title:
            record.notes.remark(
                f"its title {record.title!r} differs: the work is {work.title!r}"
            )
        if not record.measures.get("weight_g") and record.publication_type in PRINTED:
            record.notes.remark("no weight: its shipping cannot be reckoned")
    for text in record.notes.remarks:
        report.remark(record.reference, record.line, text)


def _stock_key(edition: Product | None) -> float:
    stock = next(iter(edition.stockrecords.all()), None) if edition else None
    return stock.pk if stock else float("inf")
