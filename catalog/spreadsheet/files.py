"""Read and write the files: CSV and XLSX, bounded in size, no formula ever executed."""

import csv
import io
import json
import zipfile
import zlib
from typing import Any

import openpyxl
import tablib
from import_export.formats.base_formats import CSV, XLSX
from openpyxl.utils.exceptions import InvalidFileException

from catalog.spreadsheet.columns import Column
from catalog.spreadsheet.resource import ROW

MOST_BYTES = 5_000_000
MOST_UNPACKED = 50_000_000
MOST_ROWS = 5_000
MOST_COLUMNS = 50
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, InvalidFileException, OSError, EOFError),
    *(AttributeError, LookupError, RuntimeError, SyntaxError, TypeError, ValueError),
)
"""What openpyxl lets through of a file that is cut, encrypted, or no workbook inside."""

FORMATS = {"csv": CSV, "xlsx": XLSX}


class Unreadable(Exception):
    """The file is not a spreadsheet that can be read; the text says why."""


def write(dataset: Any, kind: str) -> bytes:
    """Return the file of a dataset, `csv` with the mark by which spreadsheets know UTF-8."""
    written = FORMATS[kind]().export_data(dataset)
    return written.encode("utf-8-sig") if isinstance(written, str) else bytes(written)


def read(data: bytes, name: str) -> Any:
    """Return the dataset of a file, with the number that each row has in it.

    :raises Unreadable: if it is too large, of another kind, or has not the columns.
    """
    if len(data) > MOST_BYTES:
        message = f"The file is larger than {MOST_BYTES // 1_000_000} MB: import it in parts."
        raise Unreadable(message)
    rows = _xlsx(data) if name.lower().endswith(".xlsx") else _csv(data)
    headers = [" ".join(str(cell or "").split()) for cell in rows[0]] if rows else []
    _check(headers)
    dataset = tablib.Dataset(headers=[*headers, ROW])
    for number, row in enumerate(rows[1:], start=2):
        cells = [*row, *[None] * len(headers)][: len(headers)]
        if any(cell not in {None, ""} for cell in cells):
            dataset.append([*cells, number])
    if len(dataset) > MOST_ROWS:
        message = f"The file has more than {MOST_ROWS:,} rows: import it in parts."
        raise Unreadable(message)
    return dataset


def pack(rows: list[dict[str, Any]]) -> str:
    """Return rows as text, for the page that asks before they are written."""
    headers = list(rows[0]) if rows else []
    return json.dumps(
        [headers, *([row[name] for name in headers] for row in rows)], default=str
    )


def unpack(packed: str) -> Any:
    """Return the dataset of packed rows.

    :raises Unreadable: if it is none.
    """
    try:
        headers, *rows = json.loads(packed)
        dataset = tablib.Dataset(*rows, headers=[str(name) for name in headers])
        # Half a character cannot be shown again.
        json.dumps([headers, *rows], ensure_ascii=False).encode()
    except (ValueError, TypeError, RecursionError, tablib.InvalidDimensions) as error:
        message = "What was shown is lost. Please choose the file again."
        raise Unreadable(message) from error
    _check(dataset.headers)
    return dataset


def _check(headers: list[str]) -> None:
    known = {*Column, ROW}
    if Column.CODE not in headers:
        message = f"The first row has no column {Column.CODE}: begin with an export."
        raise Unreadable(message)
    if unknown := [name for name in headers if name and name not in known]:
        message = f"These columns are not known: {', '.join(unknown)}. Take them out."
        raise Unreadable(message)
    if len(set(headers)) < len(headers):
        message = "A column is there twice, or has no name. Take it out."
        raise Unreadable(message)


def _csv(data: bytes) -> list[list[str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = "The file is not UTF-8. Save it as CSV UTF-8, or as XLSX."
        raise Unreadable(message) from error
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    # The first row is read as one of the others: tablib wants unique headers.
    try:
        dataset = CSV().create_dataset(text, delimiter=delimiter, headers=False)
    except csv.Error as error:
        message = "The file cannot be read as CSV: a quotation mark may be missing in it."
        raise Unreadable(message) from error
    return [list(row) for row in dataset]


def _xlsx(data: bytes) -> list[list[Any]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            size = sum(part.file_size for part in packed.infolist())
        if size > MOST_UNPACKED:
            message = "The file is too large once it is unpacked."
            raise Unreadable(message)
        # Not `data_only`: a formula is seen as one, and refused.
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
        sheet: Any = book.active
        rows = sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS, values_only=True)
        return [_without_empty_end(row) for row in rows]
    except BROKEN as error:
        message = "The file is no XLSX workbook. Save it as XLSX or CSV UTF-8."
        raise Unreadable(message) from error


def _without_empty_end(row: tuple[Any, ...]) -> list[Any]:
    cells = list(row)
    while cells and cells[-1] is None:
        cells.pop()
    return cells
