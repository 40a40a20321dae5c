"""Actions of the list of works, each with a page that shows every change before it is made."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from bookstore.money import in_words
from catalog import search
from catalog.admin import bulk_changes
from catalog.admin.bulk_changes import CURRENCY, Change
from catalog.admin.bulk_forms import CopiesForm, PriceForm
from catalog.admin.bulk_steps import Step, StockChange, in_order, number_of
from catalog.models import Product
from catalog.pricing.models import StockRecord

NO_EDITION = "Stays hidden until an edition is shown."


@admin.action(description="Change prices", permissions=["change"])
def change_prices(of: Any, request: HttpRequest, works: QuerySet[Product]) -> Any:
    """Ask how, show each price before and after, then write them."""
    step = Step(of, request, works, "Change prices")
    form = PriceForm(request.POST if step.is_answer else None)
    if not form.is_valid():
        return step.page(form=form)
    asked = form.cleaned_data
    records = StockRecord.objects.filter(product__parent__in=step.keys)
    if asked["types"]:
        records = records.filter(product__publication_type__in=asked["types"])

    def plan(found: Iterable[StockRecord]) -> list[Change]:
        return bulk_changes.prices(found, how=asked["how"], value=asked["value"])

    said = f"Changed prices, {form.in_words()}"
    change = StockChange(
        records=records,
        plan=plan,
        write=partial(bulk_changes.write_prices, reason=said, by=request.user),
        show=lambda price: "none" if price is None else in_words(price, CURRENCY),
        said=said,
    )
    return step.change_stock(change, form=form)


@admin.action(description="Add copies to the stock", permissions=["change"])
def add_copies(of: Any, request: HttpRequest, works: QuerySet[Product]) -> Any:
    """Ask how many for each printed edition, show the outcome, then add them."""
    step = Step(of, request, works, "Add copies to the stock")
    in_works = StockRecord.objects.filter(product__parent__in=step.keys)
    records = in_works.exclude(product__publication_type__in=Product.DIGITAL)
    form = CopiesForm(request.POST if step.is_answer else None, records=list(in_order(records)))
    if not form.is_valid():
        return step.page(form=form)

    def plan(found: Iterable[StockRecord]) -> list[Change]:
        changes = bulk_changes.copies(found, added=form.added())
        return [one for one in changes if one.before != one.after]

    change = StockChange(
        records=records,
        plan=plan,
        write=partial(
            bulk_changes.write_copies, reason=form.cleaned_data["reason"], by=request.user
        ),
        show=str,
        said="Added copies to the stock",
    )
    return step.change_stock(change, form=form)


@admin.action(description="Show to readers", permissions=["change"])
def publish(of: Any, request: HttpRequest, works: QuerySet[Product]) -> Any:
    """Show works at once, those too that were to be announced later."""
    step = Step(of, request, works, "Show to readers")
    return _show_or_hide(step, is_public=True, announced_at=None)


@admin.action(description="Hide from readers", permissions=["change"])
def hide(of: Any, request: HttpRequest, works: QuerySet[Product]) -> Any:
    """Hide works with all their editions."""
    return _show_or_hide(Step(of, request, works, "Hide from readers"), is_public=False)


ACTIONS = [change_prices, add_copies, publish, hide]


def _show_or_hide(step: Step, *, is_public: bool, **values: Any) -> Any:
    if step.is_written:
        with transaction.atomic():
            step.record(step.title, is_public=is_public, date_updated=timezone.now(), **values)
            search.index_works(work_ids=step.keys)
        said = f"{step.title}: {number_of(len(step.keys), 'book')}."
        messages.success(step.request, said)
        return None
    chosen = Product.objects.filter(pk__in=step.keys).order_by("sort_title", "pk")
    seen = set(Product.objects.works().filter(pk__in=step.keys).values_list("pk", flat=True))
    shown = Product.objects.filter(parent__in=step.keys).shown()
    with_edition = set(shown.values_list("parent", flat=True))
    rows = [
        {
            "label": work.title,
            "before": "Seen by readers" if work.pk in seen else "Hidden",
            "after": "Seen by readers" if will_be_seen else "Hidden",
            "problem": NO_EDITION if is_public and not will_be_seen else "",
        }
        for work in chosen
        for will_be_seen in [is_public and work.pk in with_edition]
    ]
    return step.page(rows=rows, can_write=True)
