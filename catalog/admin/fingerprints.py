"""What the fields of a page hold, in the words in which a browser sends them back."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType

from catalog.models import Product

SHOWN = "_shown"
# Written as a difference to what the page showed, so that nothing of it is lost.
MERGED = {"copies"}


@dataclass(frozen=True)
class Place:
    """A field of the work (`prefix` and `row` empty) or of one of its rows."""

    prefix: str
    row: str
    name: str

    def __str__(self) -> str:
        return f"{self.prefix}:{self.row}:{self.name}"

    def html_names(self, suffixes: Iterable[str], *, index: str = "") -> list[str]:
        """Return the names of the inputs; `index` is the number of the row in the form."""
        start = f"{self.prefix}-{index}-" if self.prefix else ""
        return [f"{start}{self.name}{suffix}" for suffix in suffixes]


@dataclass(frozen=True)
class Held:
    """What a field holds: the values of its inputs, and how to name and show it."""

    field: Any
    label: str
    values: dict[str, str]  # by suffix: a date and its time are two inputs


Page = Mapping[Place, Held]


def of_page(form: Any, formsets: Iterable[Any]) -> dict[Place, Held]:
    """Return what the fields of a form and its rows hold, without the empty rows."""
    held = {Place("", "", name): _held(form[name]) for name in _compared(form)}
    for formset in formsets:
        for row in formset.initial_forms:
            for name in _compared(row):
                place = Place(formset.prefix, str(row.instance.pk), name)
                held[place] = _held(row[name], row.instance)
    return held


def _compared(form: Any) -> list[str]:
    return [
        name
        for name, field in form.fields.items()
        if not (
            field.widget.is_hidden
            or field.disabled
            or isinstance(field, forms.FileField)
            or name in MERGED
            or name == "DELETE"
        )
    ]


def _held(bound: Any, row: Any = None) -> Held:
    widget: Any = bound.field.widget
    value = bound.value()
    if hasattr(widget, "widgets_names"):
        parts = zip(widget.widgets_names, widget.widgets, widget.decompress(value), strict=True)
        values = {suffix: _sent(one, part) for suffix, one, part in parts}
    else:
        values = {"": _sent(widget, value)}
    label = str(bound.label)
    return Held(bound.field, f"{row}: {label}" if row is not None else label, values)


def _sent(widget: Any, value: Any) -> str:
    widget = getattr(widget, "widget", widget)  # a wrapper with links beside the field
    if isinstance(widget, forms.CheckboxInput):
        return "on" if value else ""
    sent = widget.format_value(value)
    if isinstance(sent, list):
        sent = sent[0] if sent else ""
    return normal("" if sent is None else str(sent))


def normal(text: str) -> str:
    """Return a text without what a browser does to line ends."""
    return text.replace("\r\n", "\n").strip()


def digest(values: Mapping[str, str]) -> str:
    """Return a short print of the values of a field."""
    text = json.dumps(dict(values), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:10]


@dataclass(frozen=True)
class Shown:
    """What a page showed when it was opened; it comes back with the form."""

    revision: int = -1
    entry: int = 0  # the last one in the history by then
    digests: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, work: Product, page: Page) -> "Shown":
        """Return what a page shows now."""
        last = history(work).order_by("-pk").values_list("pk", flat=True).first()
        digests = {str(place): digest(held.values) for place, held in page.items()}
        return cls(work.revision, last or 0, digests)

    @classmethod
    def read(cls, text: str) -> "Shown":
        """Return what came back; whatever cannot be read showed nothing."""
        try:
            revision, entry, digests = json.loads(text)
            return cls(int(revision), int(entry), {str(k): str(v) for k, v in digests.items()})
        except (AttributeError, TypeError, ValueError):
            return cls()

    def __str__(self) -> str:
        return json.dumps([self.revision, self.entry, dict(self.digests)])

    def rows(self, prefix: str) -> set[str]:
        """Return the keys of the rows that were shown."""
        places = (text.split(":") for text in self.digests)
        return {row for start, row, _ in places if start == prefix}


def history(work: Product) -> Any:
    """Return what Django's history knows of a work."""
    kind = ContentType.objects.get_for_model(Product)
    return LogEntry.objects.filter(content_type=kind, object_id=str(work.pk))
