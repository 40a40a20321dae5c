"""Prices, stock and facts of editions as a spreadsheet: out, changed, and in again."""

import csv
import io
import tracemalloc
import zipfile
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from lxml import html

from catalog.models import Product
from catalog.pricing.models import StockChange
from catalog.spreadsheet import resource
from catalog.spreadsheet.columns import Column
from checkout import stock as promises
from checkout.account.models import Role
from tests.books import make_edition, make_work, stock_of

pytestmark = pytest.mark.django_db
PAGE = "admin:partner_stockrecord_import"


@pytest.fixture
def paperback():
    return make_edition(make_work("My Life"), price="24.95", copies=10)


@pytest.fixture
def hardcover():
    return make_edition(make_work("1905"), type="hardcover", price="39.00", copies=5)


@pytest.fixture
def sheet(admin_client):
    return Sheet(admin_client)


class Sheet:
    """A spreadsheet as somebody takes it out, changes cells and brings it back."""

    def __init__(self, client):
        self.client = client
        self.shown = self.answer = None

    def take_out(self, kind="csv"):
        answer = self.client.get(reverse("admin:partner_stockrecord_export", args=[kind]))
        if kind == "xlsx":
            book = openpyxl.load_workbook(io.BytesIO(answer.content))
            headers, *rows = book.active.iter_rows(values_only=True)
            return [dict(zip(headers, row, strict=True)) for row in rows]
        return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))

    def bring(self, rows, kind="csv", name=None):
        """Choose a file; return what the page says of it."""
        data = as_xlsx(rows) if kind == "xlsx" else as_csv(rows)
        return self.bring_file(data, name or f"stock.{kind}")

    def bring_file(self, data, name):
        self.answer = self.client.post(reverse(PAGE), {"table": SimpleUploadedFile(name, data)})
        self.shown = html.fromstring(self.answer.text)
        return " ".join(self.shown.get_element_by_id("content").text_content().split())

    def confirm(self, **more):
        (form,) = [form for form in self.shown.forms if "rows" in form.inputs]
        self.answer = self.client.post(
            reverse(PAGE), {**dict(form.form_values()), **more}, follow=True
        )
        self.shown = html.fromstring(self.answer.text)
        return " ".join(self.shown.text_content().split())

    @property
    def faults(self):
        return [
            fault.text_content()
            for fault in self.shown.xpath("//*[@class='problems__list']/li")
        ]


def as_csv(rows, delimiter=","):
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(rows):
    book = openpyxl.Workbook()
    book.active.append(list(rows[0]))
    for row in rows:
        book.active.append(list(row.values()))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_goes_out_comes_back_without_a_change(sheet, paperback, hardcover, kind):
    rows = sheet.take_out(kind)

    assert {row[Column.TITLE] for row in rows} == {"My Life", "1905"}
    assert "Nothing: all is as in the file." in sheet.bring(rows, kind)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_changes_are_shown_first_and_then_written(
    sheet, admin_user, paperback, hardcover, kind
):
    first, second = sheet.take_out(kind)
    first[Column.PRICE], first[Column.COUNTED], first[Column.REASON] = 41.5, 4, "Stock-take"
    second[Column.ADDED], second[Column.REASON] = 20, "Delivery"
    second[Column.WEIGHT], second[Column.PUBLISHED] = 310, "2026-05-31"

    shown = sheet.bring([first, second], kind)
    before = (stock_of(hardcover).price, stock_of(paperback).num_in_stock)
    done = sheet.confirm()

    assert "39.00 41.50" in shown
    assert "5 4 (-1)" in shown
    assert "10 30 (+20)" in shown
    assert before == (Decimal("39.00"), 10)
    assert "5 changes written." in done
    assert (stock_of(hardcover).price, stock_of(hardcover).num_in_stock) == (
        Decimal("41.50"),
        4,
    )
    paperback.refresh_from_db()
    assert (paperback.weight_g, paperback.published_on) == (310, date(2026, 5, 31))
    delivery = StockChange.objects.get(reason="Delivery")
    assert (delivery.difference, delivery.by) == ("+20", admin_user)


def test_one_bad_cell_and_nothing_is_written_and_each_is_named(sheet, paperback, hardcover):
    promises.claim_copies(quantities={stock_of(paperback).pk: 3})
    first, second = sheet.take_out()
    first[Column.ADDED], first[Column.REASON] = 5, "Delivery"
    second[Column.COUNTED], second[Column.REASON] = 2, "Stock-take"
    second[Column.PAGES] = "many"
    sheet.bring([first, second])
    several = sheet.faults
    second[Column.PAGES] = ""

    sheet.bring([first, second])

    assert several == ["Row 3, column Pages: many is no whole number."]
    assert sheet.faults == [
        "Row 3, column Counted: 3 copies are promised to orders and there are 10 now: "
        "there cannot be fewer than that."
    ]
    assert not [form for form in sheet.shown.forms if "rows" in form.inputs]
    assert stock_of(hardcover).num_in_stock == 5


@pytest.mark.parametrize(
    ("column", "cell", "message"),
    [
        (Column.PRICE, "free", "free is no price in USD"),
        (Column.PRICE, "-1", "is no price"),
        (Column.PRICE, "1.999", "is no price"),
        (Column.PRICE, "NaN", "is no price"),
        (Column.PRICE, "1e400", "is no price"),
        (Column.ADDED, "1.5", "is no whole number"),
        (Column.COUNTED, "-2", "is not between 0 and"),
        (Column.STATUS, "gone", "gone is no status: it is one of"),
        (Column.PUBLISHED, "31.5.2026", "write it as 2026-05-31"),
        (Column.CODE, "9790000000000", "No edition has the ISBN or code"),
        (Column.PRICE, "=1+1", "=1+1 is a formula: paste its value instead."),
        (Column.REASON, '=HYPERLINK("http://x")', "is a formula"),
        (Column.ADDED, "5", "Say why the copies change."),
    ],
)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_bad_cell_is_named(sheet, paperback, kind, column, cell, message):
    (row,) = sheet.take_out(kind)
    row[column] = cell

    sheet.bring([row], kind)

    (fault,) = sheet.faults
    place = Column.REASON if column == Column.ADDED and cell == "5" else column
    assert fault.startswith(f"Row 2, column {place}: ")
    assert message in fault


def test_a_price_with_a_comma_is_read(sheet, paperback):
    (row,) = sheet.take_out()
    row[Column.PRICE] = "19,95"

    sheet.bring_file(as_csv([row], delimiter=";"), "stock.csv")
    sheet.confirm()

    assert stock_of(paperback).price == Decimal("19.95")


def test_a_price_is_taken_away_by_name_and_not_by_an_empty_cell(sheet, paperback):
    (row,) = sheet.take_out()
    row[Column.PRICE] = ""
    empty = sheet.bring([row])
    row[Column.PRICE] = "none"

    sheet.bring([row])
    sheet.confirm()

    assert "Nothing: all is as in the file." in empty
    assert stock_of(paperback).price is None


def test_a_price_that_changed_since_the_export_is_asked_about(sheet, paperback):
    (row,) = sheet.take_out()
    row[Column.PRICE] = "26.00"
    type(stock_of(paperback)).objects.update(price=Decimal("30.00"))

    shown = sheet.bring([row])
    without = sheet.confirm()
    kept = stock_of(paperback).price
    sheet.confirm(anyway="on")

    assert "It was 24.95 when exported and is 30.00 now." in shown
    assert "Please tick" in without
    assert (kept, stock_of(paperback).price) == (Decimal("30.00"), Decimal("26.00"))


def test_a_price_left_as_exported_does_not_bring_the_old_one_back(sheet, paperback):
    (row,) = sheet.take_out()
    type(stock_of(paperback)).objects.update(price=Decimal("30.00"))
    row[Column.ADDED], row[Column.REASON] = 5, "Delivery"

    sheet.bring([row])
    sheet.confirm()

    assert (stock_of(paperback).price, stock_of(paperback).num_in_stock) == (
        Decimal("30.00"),
        15,
    )


def test_a_count_and_a_fact_older_than_the_shop_are_asked_about(sheet, paperback):
    (row,) = sheet.take_out()
    row[Column.COUNTED], row[Column.REASON], row[Column.PAGES] = 8, "Stock-take", 500
    type(stock_of(paperback)).objects.update(num_in_stock=9)
    Product.objects.get(pk=paperback.pk).save()

    shown = sheet.bring([row])

    assert "There were 10 when exported and are 9 now." in shown
    assert "The edition was changed since the export." in shown


def test_what_moved_between_looking_and_confirming_is_shown_again(sheet, paperback):
    (row,) = sheet.take_out()
    row[Column.ADDED], row[Column.REASON] = 5, "Delivery"
    sheet.bring([row])
    type(stock_of(paperback)).objects.update(num_in_stock=9)

    again = sheet.confirm()
    kept = stock_of(paperback).num_in_stock
    sheet.confirm()

    assert "Something changed meanwhile" in again
    assert "9 14 (+5)" in again
    assert (kept, stock_of(paperback).num_in_stock) == (9, 14)


def test_no_title_becomes_a_formula(sheet):
    make_edition(make_work('=HYPERLINK("http://evil.example")'))
    make_edition(make_work("+1"))

    titles = {row[Column.TITLE] for row in sheet.take_out("xlsx")}
    answer = sheet.client.get(reverse("admin:partner_stockrecord_export", args=["xlsx"]))
    book = openpyxl.load_workbook(io.BytesIO(answer.content))

    assert titles == {'\'=HYPERLINK("http://evil.example")', "'+1"}
    kinds = {cell.data_type for row in book.active.iter_rows() for cell in row}
    assert "f" not in kinds


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        (b"", "stock.csv", "empty"),
        (b"\xff\xfe\x00", "stock.csv", "not UTF-8"),
        (b"PK not really", "stock.xlsx", "no XLSX workbook"),
        (b"Title,Price\nMy Life,5\n", "stock.csv", "has no column ISBN or code"),
        (b"ISBN or code,Prize\n1,5\n", "stock.csv", "not known: Prize"),
        (b"ISBN or code,Price,Price\n1,5,6\n", "stock.csv", "twice"),
        (b"x" * 5_000_001, "stock.csv", "larger than 5 MB"),
    ],
    ids=["empty", "UTF-16", "no workbook", "no code", "unknown", "twice", "large"],
)
def test_what_is_no_spreadsheet_of_ours_is_refused_beside_the_field(
    sheet, paperback, data, name, message
):
    assert message in sheet.bring_file(data, name)


def test_an_edition_twice_in_the_file_is_refused(sheet, paperback):
    (row,) = sheet.take_out()
    row[Column.ADDED], row[Column.REASON] = 5, "Delivery"

    sheet.bring([row, row])

    assert "is in the file twice" in sheet.faults[0]
    assert sheet.faults[0].startswith("Row 3, column ISBN or code")


def test_more_changes_than_a_page_can_bear_are_refused(
    sheet, paperback, hardcover, monkeypatch
):
    monkeypatch.setattr(resource, "MOST_CHANGED", 1)
    rows = sheet.take_out()
    for row in rows:
        row[Column.ADDED], row[Column.REASON] = 5, "Delivery"

    sheet.bring(rows)

    assert sheet.faults == [
        "Row 3, column ISBN or code: More than 1 rows change: import the file in parts."
    ]


def test_rows_that_were_tampered_with_are_refused(sheet, paperback):
    answer = sheet.client.post(reverse(PAGE), {"rows": "[1]", "shown": ""}, follow=True)

    assert "What was shown is lost" in answer.text


def test_who_keeps_stock_but_edits_no_books_changes_no_facts(client, paperback):
    clerk = get_user_model().objects.create_user("clerk@example.org", "irrelevant")
    clerk.is_staff = True
    clerk.save()
    clerk.groups.add(Role.objects.get(name="Orders").group)
    client.force_login(clerk)
    sheet = Sheet(client)
    (row,) = sheet.take_out()
    row[Column.WEIGHT] = 310

    sheet.bring([row])

    assert "You may change prices and stock, not editions." in sheet.faults[0]


def test_who_may_not_see_stock_gets_no_spreadsheet(client):
    clerk = get_user_model().objects.create_user("clerk@example.org", "irrelevant")
    clerk.is_staff = True
    clerk.save()
    client.force_login(clerk)

    assert client.get(reverse(PAGE)).status_code == 403
    assert client.post(reverse(PAGE), {"rows": "[]"}).status_code == 403
    export = reverse("admin:partner_stockrecord_export", args=["csv"])
    assert client.get(export).status_code == 403


@pytest.mark.parametrize("editions", [1, 20])
def test_the_export_costs_the_same_however_long(
    admin_client, editions, django_assert_max_num_queries
):
    for number in range(editions):
        make_edition(make_work(f"Book {number}"))

    with django_assert_max_num_queries(5):
        admin_client.get(reverse("admin:partner_stockrecord_export", args=["xlsx"]))


def broken_xlsx(change):
    """Return a workbook one of whose parts is changed, or left out."""
    whole = zipfile.ZipFile(io.BytesIO(as_xlsx([{Column.CODE: "1", Column.PRICE: "2"}])))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as broken:
        for name in whole.namelist():
            part = change(name, whole.read(name))
            if part is not None:
                broken.writestr(name, part)
    return out.getvalue()


def chart_first():
    book = openpyxl.Workbook()
    book.create_chartsheet("Chart", 0)
    book.active = 0
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


BROKEN = {
    "cut sheet": broken_xlsx(lambda name, part: part[:-30] if "sheet1" in name else part),
    "cut workbook": broken_xlsx(
        lambda name, part: part[:-30] if name.endswith("workbook.xml") else part
    ),
    "no sheet": broken_xlsx(lambda name, part: None if "sheet1" in name else part),
    "chart first": chart_first(),
    "bad bytes": bytes(
        byte ^ (0x40 if 300 < place < 600 else 0)
        for place, byte in enumerate(broken_xlsx(lambda _, part: part))
    ),
    "encrypted": broken_xlsx(lambda _, part: part).replace(
        b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"
    ),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_workbook_is_refused_in_words(sheet, kind):
    page = sheet.bring_file(BROKEN[kind], "stock.xlsx")

    assert "The file is no XLSX workbook." in page


def test_a_cell_that_swallows_the_file_is_refused_in_words(sheet):
    page = sheet.bring_file(f"{Column.CODE}\n{'x' * 200_000}\n".encode(), "stock.csv")

    assert "The file cannot be read as CSV: a quotation mark may be missing in it." in page


def test_a_row_of_a_million_empty_cells_costs_nothing(sheet, paperback):
    far = b"".join(b'<row r="%d"><c r="XFD%d"/></row>' % (row, row) for row in range(3, 4000))

    def widen(name, part):
        if "sheet1" not in name:
            return part
        part = part.replace(b'<dimension ref="A1:B2"', b'<dimension ref="A1:XFD4000"')
        return part.replace(b"</sheetData>", far + b"</sheetData>")

    tracemalloc.start()
    page = sheet.bring_file(broken_xlsx(widen), "stock.xlsx")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert "No edition has the ISBN or code 1." in page
    assert most < 50_000_000


@pytest.mark.parametrize("rows", ["[" * 100_000, '[["ISBN or code"], ["\\ud800"]]'])
def test_what_was_shown_and_is_no_table_any_more_is_asked_for_again(admin_client, rows):
    page = admin_client.post(reverse(PAGE), {"rows": rows, "name": "a.csv"}, follow=True)

    assert "What was shown is lost. Please choose the file again." in page.text
