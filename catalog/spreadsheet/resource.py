"""The rows of the spreadsheet: written out, and read back as changes to what is there."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from import_export import fields, resources

from catalog import search
from catalog.models import Product
from catalog.pricing import stock
from catalog.pricing.models import StockRecord
from catalog.spreadsheet import columns
from catalog.spreadsheet.columns import Column

ROW = "Row"
MOST_CHANGED = 1_000
FACTS: dict[Column, tuple[str, Callable[[Any], Any]]] = {
    Column.STATUS: ("status", columns.status),
    Column.PUBLISHED: ("published_on", columns.day),
    Column.PAGES: ("pages", columns.whole),
    Column.WEIGHT: ("weight_g", columns.whole),
}


@dataclass(frozen=True)
class Change:
    """One cell that changes something; `moved` says what changed since the export."""

    row: int
    edition: str
    column: str
    before: str
    after: str
    moved: str = ""


class EditionResource(resources.ModelResource):
    """An edition a row. Cells that are left as they were exported change nothing.

    `changes` and `faults` tell, after an import or its dry run, what it came to.
    """

    code = fields.Field("partner_sku", Column.CODE)
    title = fields.Field(column_name=Column.TITLE)
    type = fields.Field("product__get_publication_type_display", Column.TYPE)
    status = fields.Field("product__get_status_display", Column.STATUS)
    published_on = fields.Field("product__published_on", Column.PUBLISHED)
    pages = fields.Field("product__pages", Column.PAGES)
    weight = fields.Field("product__weight_g", Column.WEIGHT)
    as_of = fields.Field(column_name=Column.AS_OF)
    price = fields.Field(column_name=Column.PRICE)
    price_was = fields.Field(column_name=Column.PRICE_WAS)
    copies_was = fields.Field("num_in_stock", Column.COPIES_WAS)
    promised = fields.Field("num_allocated", Column.PROMISED)
    added = fields.Field(column_name=Column.ADDED)
    counted = fields.Field(column_name=Column.COUNTED)
    reason = fields.Field(column_name=Column.REASON)

    class Meta:
        model = StockRecord
        fields = [
            *("code", "title", "type", "status", "published_on", "pages", "weight", "as_of"),
            *("price", "price_was", "copies_was", "promised", "added", "counted", "reason"),
        ]
        import_id_fields = ["code"]
        skip_diff = True
        use_transactions = True

    def __init__(self, *, by: Any = None, may_edit: bool = True, name: str = "") -> None:
        """Say who writes, whether they may change editions, and the name of the file."""
        super().__init__()
        self.by, self.may_edit, self.name = by, may_edit, name
        self.changes: list[Change] = []
        self.faults: list[str] = []
        self.rows: list[dict[str, Any]] = []
        self._records: dict[str, StockRecord] = {}
        self._seen: Counter[str] = Counter()

    def dehydrate_title(self, record: StockRecord) -> str:
        """Return the title, harmless to spreadsheets."""
        return columns.harmless(record.product.title)

    def dehydrate_as_of(self, record: StockRecord) -> str:
        """Return when the edition was last changed."""
        return record.product.date_updated.isoformat()

    def dehydrate_price(self, record: StockRecord) -> str:
        """Return the price, to be changed."""
        return "" if record.price is None else f"{record.price:.2f}"

    def dehydrate_price_was(self, record: StockRecord) -> str:
        """Return the price, to notice that it changed meanwhile."""
        return self.dehydrate_price(record)

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        """Lock the rows in the order in which orders lock them."""
        codes = {self._code(cell) for cell in dataset[Column.CODE]} - {""}
        records = StockRecord.objects.filter(partner_sku__in=codes).order_by("pk")
        locked = records.select_related("product").select_for_update(no_key=True, of=("self",))
        self._records = {record.partner_sku: record for record in locked}

    def get_instance(self, instance_loader: Any, row: Any) -> StockRecord:
        """Return the edition of a row.

        :raises ValidationError: if there is none, or the file has it twice.
        """
        code = self._code(row[Column.CODE])
        self._seen[code] += 1
        problem = ""
        if code not in self._records:
            problem = f"No edition has the ISBN or code {code[:40]}." if code else "Empty."
        elif self._seen[code] > 1:
            problem = f"{code} is in the file twice."
        if problem:
            raise ValidationError({Column.CODE: problem})
        return self._records[code]

    def import_instance(self, instance: StockRecord, row: Any, **kwargs: Any) -> None:
        """Find out what a row changes.

        :raises ValidationError: naming every bad cell by its column.
        """
        self._row = _Row(instance, row, may_edit=self.may_edit)
        self._row.read()

    def skip_row(self, instance: Any, original: Any, row: Any, errors: Any = None) -> bool:
        """Leave out what changes nothing."""
        return not errors and not self._row.changes

    def validate_instance(self, instance: Any, errors: Any = None, **kwargs: Any) -> None:
        """Refuse a row with bad cells."""
        if errors:
            raise ValidationError(errors)

    def save_instance(self, instance: Any, is_create: bool, row: Any, **kwargs: Any) -> None:
        """Write the changes, each as its own statement.

        :raises ValidationError: if more copies are promised than would be left, or so many
            rows change that a page would not be ready in time.
        """
        if len(self.rows) == MOST_CHANGED:
            message = f"More than {MOST_CHANGED:,} rows change: import the file in parts."
            raise ValidationError({Column.CODE: message})
        self._row.write(by=self.by, name=self.name)
        self.changes += self._row.changes
        self.rows.append({name: row[name] for name in row})

    def after_import(self, dataset: Any, result: Any, **kwargs: Any) -> None:
        """Say what was wrong with which cell; tell search of what changed."""
        for base in result.base_errors:
            self.faults.append(str(base.error))
        for invalid in result.invalid_rows:
            place = f"Row {self._place(dataset, invalid.number)}"
            for column, messages in invalid.error.message_dict.items():
                self.faults += [f"{place}, column {column}: {message}" for message in messages]
        for failed in result.row_errors():
            place = f"Row {self._place(dataset, failed[0])}"
            self.faults += [f"{place}: {error.error}" for error in failed[1]]
        if not self.faults and self.changes:
            works = {self.record_of(row).product.parent_id for row in self.rows}
            search.index_works(work_ids=[key for key in works if key])

    def record_of(self, row: dict[str, Any]) -> StockRecord:
        """Return the stock record of a row that was read."""
        return self._records[self._code(row[Column.CODE])]

    @staticmethod
    def _place(dataset: Any, number: int) -> int:
        """Return the number of a row as a spreadsheet shows it."""
        if ROW in dataset.headers:
            return int(dataset[ROW][number - 1])
        return number + 1

    @staticmethod
    def _code(cell: Any) -> str:
        try:
            code = columns.text(cell)
        except ValidationError:
            return ""
        return code if code.startswith("edition-") else code.replace("-", "").replace(" ", "")


class _Row:
    """What one row changes of its edition."""

    def __init__(self, record: StockRecord, cells: Any, *, may_edit: bool) -> None:
        self.record, self.cells, self.may_edit = record, cells, may_edit
        self.changes: list[Change] = []
        self.facts: dict[str, Any] = {}
        self.price: tuple[Any] | None = None
        self.added: int | None = None
        self.counted: int | None = None
        self.reason = ""
        self._faults: dict[str, str] = {}

    def read(self) -> None:
        """Read all cells.

        :raises ValidationError: naming every bad one.
        """
        self._read_facts()
        self._read_price()
        self._read_copies()
        if self._faults:
            raise ValidationError(self._faults)

    def write(self, *, by: Any, name: str) -> None:
        """Write what changed, with a reason."""
        told = self.reason or f"Spreadsheet {name}"
        if self.facts:
            Product.objects.filter(pk=self.record.product_id).update(
                **self.facts, date_updated=timezone.now()
            )
        if self.price is not None:
            stock.set_price(
                stock_record=self.record.pk,
                price=self.price[0],
                shown=self.record.price,
                reason=told,
                by=by,
            )
        if self.added or self.counted is not None:
            column = Column.ADDED if self.added else Column.COUNTED
            try:
                stock.change_copies(
                    stock_record=self.record.pk,
                    added=self.added or 0,
                    counted=self.counted,
                    reason=told,
                    by=by,
                )
            except stock.Refused as refusal:
                raise ValidationError({column: str(refusal)}) from refusal

    def _read_facts(self) -> None:
        edition = self.record.product
        as_of = str(self.cells.get(Column.AS_OF) or "")
        is_old = bool(as_of) and as_of != edition.date_updated.isoformat()
        for column, (name, read) in FACTS.items():
            told, now = self._cell(column, read), getattr(edition, name)
            if told is None or told == now:
                continue
            if not self.may_edit:
                self._faults[column] = "You may change prices and stock, not editions."
                continue
            self.facts[name] = told
            moved = "The edition was changed since the export." if is_old else ""
            labels = dict(Product.Status.choices) if name == "status" else {}
            self._note(column, labels.get(now, now), labels.get(told, told), moved)

    def _read_price(self) -> None:
        told = self._cell(Column.PRICE, columns.price)
        said = str(self.cells.get(Column.PRICE) or "").strip()
        was = self._cell(Column.PRICE_WAS, columns.price)
        now = self.record.price
        has_been = Column.PRICE_WAS in self.cells
        if not said or Column.PRICE in self._faults or told == now:
            return
        if has_been and told == was:  # Left as it was exported.
            return
        moved = f"It was {_shown(was)} when exported and is {_shown(now)} now."
        self.price = (told,)
        is_stale = has_been and was != now
        self._note(Column.PRICE, _shown(now), _shown(told), moved if is_stale else "")

    def _read_copies(self) -> None:
        self.added = self._cell(Column.ADDED, columns.difference)
        self.counted = self._cell(Column.COUNTED, columns.count)
        self.reason = self._cell(Column.REASON, columns.reason) or ""
        was = self._cell(Column.COPIES_WAS, columns.count)
        now = self.record.num_in_stock or 0
        if self.added and self.counted is not None:
            self._faults[Column.COUNTED] = "Add or take copies, or enter a count: not both."
        elif (self.added or self.counted is not None) and not self.reason:
            self._faults.setdefault(Column.REASON, "Say why the copies change.")
        elif self.added:
            self._note(Column.ADDED, now, f"{now + self.added} ({self.added:+d})")
        elif self.counted is not None and self.counted != now:
            moved = f"There were {was} when exported and are {now} now."
            is_stale = was is not None and was != now
            after = f"{self.counted} ({self.counted - now:+d})"
            self._note(Column.COUNTED, now, after, moved if is_stale else "")
        elif self.counted is not None:
            self.counted = None

    def _cell(self, column: Column, read: Callable[[Any], Any]) -> Any:
        try:
            return read(self.cells.get(column))
        except ValidationError as error:
            self._faults[column] = error.messages[0]
            return None

    def _note(self, column: Column, before: Any, after: Any, moved: str = "") -> None:
        number = int(self.cells.get(ROW) or 0)
        edition = str(self.record.product)
        shown = ["none" if each in {None, ""} else str(each) for each in (before, after)]
        self.changes.append(Change(number, edition, column, shown[0], shown[1], moved))


def _shown(price: Any) -> str:
    return "none" if price is None else f"{price:.2f}"
