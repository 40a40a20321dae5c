"""The steps of an action on many works: ask, show every change, write what was shown."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.contrib.admin import helpers
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from catalog.admin import bulk_changes
from catalog.admin.bulk_changes import Change
from catalog.models import Product
from catalog.pricing import stock
from catalog.pricing.models import StockRecord

MOST_WORKS = 500
MEANWHILE = "This was changed meanwhile, so nothing was written. Look at the changes again."


@dataclass(frozen=True)
class StockChange:
    """What an action does to stock records: how it is planned, written, shown and logged."""

    records: QuerySet[StockRecord]
    plan: Callable[[Iterable[StockRecord]], list[Change]]
    write: Callable[[Sequence[Change]], None]
    show: Callable[[Any], str]
    said: str


@dataclass(frozen=True)
class Step:
    """One request of an action on the chosen works."""

    of: Any  # the list's admin
    request: HttpRequest
    works: QuerySet[Product]
    title: str

    @cached_property
    def keys(self) -> list[int]:
        """The keys of the chosen works, of so many that a page can show them."""
        ordered = self.works.order_by("sort_title", "pk")
        return list(ordered.values_list("pk", flat=True)[:MOST_WORKS])

    @property
    def is_answer(self) -> bool:
        """Whether the form of the action came with the request."""
        return "step" in self.request.POST

    @property
    def is_written(self) -> bool:
        """Whether the changes were seen and shall be made."""
        return self.request.POST.get("step") == "write"

    def page(self, **context: Any) -> HttpResponse:
        """Return the page of the action."""
        total = self.works.count()
        return TemplateResponse(
            self.request,
            "admin/catalogue/bulk.html",
            {
                **self.of.admin_site.each_context(self.request),
                "opts": self.of.opts,
                "media": self.of.media,
                "title": self.title,
                "subtitle": number_of(len(self.keys), "book"),
                "keys": self.keys,
                "left_out": total - len(self.keys),
                "action": self.request.POST.get("action", ""),
                "checkbox": helpers.ACTION_CHECKBOX_NAME,
                **context,
            },
        )

    def record(self, said: str, **values: Any) -> None:
        """Write values of the works, their next revision, and their history."""
        works = Product.objects.filter(pk__in=self.keys)
        works.update(**values, revision=F("revision") + 1)
        user: Any = self.request.user
        LogEntry.objects.log_actions(user.pk, works, CHANGE, said)

    def change_stock(self, change: StockChange, *, form: Any) -> HttpResponse | None:
        """Show the changes, or write them if they are those that were shown."""
        if self.is_written:
            try:
                number = self._write(change)
            except (bulk_changes.ChangedMeanwhile, stock.Refused):
                messages.error(self.request, MEANWHILE)
            else:
                said = f"{self.title}: {number_of(number, 'edition')} changed."
                messages.success(self.request, said)
                return None
        return self._show(change, form)

    @transaction.atomic
    def _write(self, change: StockChange) -> int:
        locked = stock.lock(change.records.values_list("pk", flat=True))
        changes = change.plan(locked.values())
        if bulk_changes.fingerprint(changes) != self.request.POST.get("shown"):
            raise bulk_changes.ChangedMeanwhile
        change.write(changes)
        self.record(change.said)
        return sum(one.is_one for one in changes)

    def _show(self, change: StockChange, form: Any) -> HttpResponse:
        found = {record.pk: record for record in in_order(change.records)}
        changes = change.plan(sorted(found.values(), key=lambda record: record.pk))
        by_record = {one.record: one for one in changes}
        rows = [
            {
                "label": str(record.product),
                "before": change.show(one.before),
                "after": "" if one.problem else change.show(one.after),
                "problem": one.problem,
            }
            for record in found.values()
            if (one := by_record.get(record.pk))
        ]
        return self.page(
            form=form,
            rows=rows,
            can_write=any(one.is_one for one in changes),
            shown=bulk_changes.fingerprint(changes),
        )


def in_order(records: QuerySet[StockRecord]) -> QuerySet[StockRecord]:
    """Return stock records by title, with their editions."""
    return records.select_related("product").order_by(
        "product__sort_title", "product__parent_id", "product_id"
    )


def number_of(number: int, noun: str) -> str:
    """Return such as `3 books`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
