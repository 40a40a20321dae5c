"""The table of all rates as CSV: one row a band, written for and read from spreadsheets.

The codes of methods are not part of it: a method is known by its zone's and its own name.
"""

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator

from shipping.rate_rows import COLUMNS, Fault, Row, gather, read_row
from shipping.rates import MethodRates, ZoneRates

MOST_BYTES = 500_000
# What a spreadsheet takes for a formula (OWASP: CSV injection), behind our quote or not.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n\uff0b\uff0d\uff1d\uff20]")


class Refused(Exception):
    """The table cannot be taken; says why, line by line."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        """Keep the faults in the order of their lines."""
        self.faults = tuple(sorted(faults, key=lambda fault: fault.line))
        super().__init__("; ".join(str(fault) for fault in self.faults))


def write(zones: Iterable[ZoneRates]) -> str:
    """Return the table; a zone without methods and a method without bands are a row each."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for zone in zones:
        for cells in _zone_rows(zone):
            writer.writerow([_harmless(cell) for cell in cells])
    return text.getvalue()


def read(data: bytes, *, countries: Collection[str]) -> tuple[ZoneRates, ...]:
    """Return the zones of a table in its order; `countries` are the codes there are.

    :raises Refused: if anything in it is wrong; nothing of it is to be used then.
    """
    faults: list[Fault] = []
    rows: list[Row] = []
    for line, cells in _cells(_decoded(data)):
        row, wrong = read_row(line, cells, countries)
        faults += wrong
        if row is not None:
            rows.append(row)
    zones, wrong = gather(rows)
    if faults or wrong:
        raise Refused([*faults, *wrong])
    if not zones:
        raise Refused([Fault(1, "There is no zone in it.")])
    return zones


def _zone_rows(zone: ZoneRates) -> Iterator[list[str]]:
    own = [zone.name, " ".join(sorted(zone.country_codes)), zone.duties]
    if not zone.methods:
        yield [*own, *[""] * 8]
    for method in zone.methods:
        columns = [*own, *_method_cells(method)]
        if not method.bands:
            yield [*columns, "", ""]
        for band in method.bands:
            yield [*columns, str(band.up_to_g), f"{band.price:.2f}"]


def _method_cells(method: MethodRates) -> list[str]:
    return [
        method.name,
        str(method.min_days),
        str(method.max_days),
        f"{method.handling:.2f}",
        "" if method.free_from is None else f"{method.free_from:.2f}",
        " ".join(sorted(method.excluded)),
    ]


def _harmless(cell: str) -> str:
    """Put a quote before what a spreadsheet would run, and before our own quotes."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _decoded(data: bytes) -> str:
    """Return the text of a file.

    :raises Refused: if it is too large or no text in UTF-8.
    """
    if len(data) > MOST_BYTES:
        raise Refused([Fault(0, f"The file is larger than {MOST_BYTES // 1000} kB.")])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Refused([Fault(line, "This is not UTF-8: save it as CSV UTF-8.")]) from error
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise Refused([Fault(line, "There is a NUL in it: this is no text.")])
    return text


def _cells(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each row's first line and its cells by column; empty rows are passed over.

    :raises Refused: if columns are missing, or the quotes of a row do not match.
    """
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    columns: list[str] | None = None
    line = 1
    try:
        for cells in reader:
            begun, line = line, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if columns is None:
                columns = _columns(begun, cells)
                continue
            if len(cells) > len(columns) and any(cells[len(columns) :]):
                raise Refused([Fault(begun, "There are more cells than columns.")])
            padded = [*cells, *[""] * len(columns)]
            yield (
                begun,
                {
                    name: _plain(cell.strip())
                    for name, cell in zip(columns, padded, strict=False)
                },
            )
    except csv.Error as error:
        raise Refused([Fault(line, f"This is no row of CSV: {error}.")]) from error
    if columns is None:
        raise Refused([Fault(1, "The file is empty.")])


def _columns(line: int, cells: list[str]) -> list[str]:
    columns = [cell.strip().lower() for cell in cells]
    missing = [name for name in COLUMNS if name not in columns]
    if missing:
        raise Refused([Fault(line, f"Columns are missing: {', '.join(missing)}.")])
    twice = [name for name in COLUMNS if columns.count(name) > 1]
    if twice:
        raise Refused([Fault(line, f"Columns are there twice: {', '.join(twice)}.")])
    return columns
