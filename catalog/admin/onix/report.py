"""A run's report, as a page shows it and as a table to take away."""

import csv
from collections.abc import Iterator
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import QueryDict, StreamingHttpResponse

from catalog.admin.onix.forms import ReportFilter
from catalog.models import ImportLine, ImportRun

LINES_A_PAGE = 100
HEADINGS = ["Kind", "Record reference", "Line", "Text"]
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
FIGURES = [
    ("new", "New editions"),
    ("changed", "Changed editions"),
    ("unchanged", "Editions as they are"),
    ("withdrawn", "Withdrawn editions"),
    ("skipped_records", "Records not loaded"),
    ("works_new", "New works"),
    ("works_changed", "Changed works"),
    ("contributors_new", "New people"),
    ("subjects_new", "New subjects"),
    ("covers_new", "Covers taken"),
    ("covers_failed", "Covers not taken"),
]

ALWAYS = {"new", "skipped_records"}


def figures(run: ImportRun) -> list[tuple[str, int]]:
    """Return what a run counted, in words; what did not happen is left out but for two."""
    found = [(name, words, run.counts.get(name, 0)) for name, words in FIGURES]
    return [(words, count) for name, words, count in found if count or name in ALWAYS]


def chosen(run: ImportRun, query: QueryDict) -> tuple[ReportFilter, QuerySet[ImportLine]]:
    """Return the filter as filled in, and the lines it lets through."""
    form = ReportFilter(query)
    lines = run.lines.all()
    if form.is_valid():
        if kind := form.cleaned_data["kind"]:
            lines = lines.filter(kind=kind)
        if text := form.cleaned_data["q"]:
            lines = lines.filter(Q(text__icontains=text) | Q(reference__icontains=text))
    return form, lines.order_by("line", "pk")


def page_of(lines: QuerySet[ImportLine], number: str | None) -> Page[ImportLine]:
    """Return one page of the lines."""
    return Paginator(lines, LINES_A_PAGE).get_page(number)


def as_csv(run: ImportRun, lines: QuerySet[ImportLine]) -> StreamingHttpResponse:
    """Return the lines as a table for any spreadsheet, however many there are."""
    response = StreamingHttpResponse(_rows(lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="onix-import-{run.pk}.csv"'
    return response


class _Echo:
    """Hand back what is written."""

    def write(self, row: str) -> str:
        return row


def _rows(lines: QuerySet[ImportLine]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    # Spreadsheets take a file for UTF-8 by this mark.
    yield "\ufeff" + writer.writerow(HEADINGS)
    for line in lines.iterator(chunk_size=1000):
        cells: list[Any] = [line.get_kind_display(), line.reference, line.line, line.text]
        yield writer.writerow([_harmless(cell) for cell in cells])


def _harmless(cell: Any) -> Any:
    """Keep a spreadsheet from taking somebody else's text for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULAS) else cell
