"""The editions of a work, each with its price and stock, as rows of the work's page."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, Prefetch, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from catalog.admin import files
from catalog.admin.edition_form import EditionForm
from catalog.admin.parts import Part
from catalog.models import EditionFile, Product
from catalog.onix.slugs import free_slug
from catalog.pricing import stock

SOLD = "Sold: cannot be deleted, orders keep their history. Set the status to No longer sold."


class EditionFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]  # not at run time
    """All editions of one work; `editor` is who saves them."""

    editor: Any = None
    keeps_files = True  # not when it is saved for a look

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Find out which editions may not be deleted."""
        super().__init__(*args, **kwargs)
        known = [edition.pk for edition in self.get_queryset()] if self.instance.pk else []
        self.sold = stock.sold(known)

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form = super()._construct_form(i, **kwargs)  # type: ignore[misc]  # not in stubs
        form.instance.parent = self.instance
        return form

    def add_fields(self, form: Any, index: int | None) -> None:
        """Offer no deletion of what was sold."""
        super().add_fields(form, index)
        if self.can_delete and form.instance.pk in self.sold:
            form.fields["DELETE"] = forms.BooleanField(
                label=SOLD, required=False, disabled=True
            )

    def clean(self) -> None:
        """Refuse what two editions cannot share, and more promises than copies."""
        kept = list(self._kept())
        self._refuse_the_same("upc", kept, "Another edition on this page has this ISBN.")
        self._refuse_the_same("slug", kept, "Another edition has this address.")
        self._choose_slugs(kept)
        self._check_stock(kept)
        super().clean()

    def _kept(self) -> Iterator[EditionForm]:
        """Yield the forms of editions that will be there."""
        rows: Any = self.forms
        for form in rows:
            is_there = form.instance.pk is not None or form.has_changed()
            if is_there and form.is_valid() and not form.cleaned_data.get("DELETE"):
                yield form

    def _refuse_the_same(self, field: str, kept: list[EditionForm], message: str) -> None:
        clashing = [
            form
            for form in kept
            if form.cleaned_data.get(field)
            and field in form.changed_data
            and form.cleaned_data[field] in self._taken(field, form)
        ]
        for form in clashing:
            form.add_error(field, message)

    def _taken(self, field: str, form: EditionForm) -> set[str]:
        """Return what the other editions have in a field, before and after this page."""
        others: list[Any] = [other for other in self.forms if other is not form]
        after: set[Any] = {getattr(other, "cleaned_data", {}).get(field) for other in others}
        return after | {other.shown.get(field) for other in others}

    def _choose_slugs(self, kept: list[EditionForm]) -> None:
        for form in kept:
            if form.is_valid() and not form.cleaned_data["slug"]:
                taken = self._taken("slug", form)
                type_ = form.cleaned_data["publication_type"]
                form.instance.slug = free_slug(type_, taken=taken.__contains__)
                form.cleaned_data["slug"] = form.instance.slug

    def _check_stock(self, kept: list[EditionForm]) -> None:
        """Compare the changes with price, copies and promises of this moment."""
        moving = {
            form.stock_record.pk: form
            for form in kept
            if form.is_valid() and form.stock_record is not None and form.moves_stock
        }
        for key, now in stock.lock(moving).items() if moving else ():
            form, promised = moving[key], now.num_allocated or 0
            in_house = now.num_in_stock or 0
            if in_house + form.added_copies < promised:
                refusal = stock.Promised(promised=promised, in_house=in_house)
                form.add_error("added", str(refusal))
            elif in_house + form.added_copies < 0:
                form.add_error("added", f"There are only {in_house} copies.")
            if "price" in form.changed_data and now.price != form.shown_price:
                form.refuse_price(stock.PriceMoved(now.price))

    def save_new(self, form: Any, commit: bool = True) -> Any:
        """Save an edition under the title of its work, and its price, stock and file."""
        form.take_after(self.instance)
        edition = super().save_new(form, commit=commit)
        self._save_beside(form)
        return edition

    def save_existing(self, form: Any, obj: Model, commit: bool = True) -> Any:
        """Save an edition under the title of its work, and its price, stock and file."""
        form.take_after(self.instance)
        edition = super().save_existing(form, obj, commit=commit)
        self._save_beside(form)
        return edition

    def _save_beside(self, form: EditionForm) -> None:
        form.save_stock(by=self.editor)
        if self.keeps_files:
            form.save_file(by=self.editor)


class EditionInline(Part, admin.StackedInline):  # type: ignore[type-arg]  # not at run time
    """The editions: what readers buy."""

    model = Product
    fk_name = "parent"
    form = EditionForm
    formset = EditionFormSet
    verbose_name = "edition"
    verbose_name_plural = "editions, each with its price and stock"
    autocomplete_fields = ["imprint"]
    readonly_fields = ["in_house", "promised", "changes", "files"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("publication_type", "upc"),
                    ("status", "is_public"),
                    ("published_on", "embargoed_until", "announced_at"),
                    ("price", "in_house", "promised", "changes"),
                    ("added", "reason"),
                    "files",
                    "file",
                    ("imprint", "language"),
                    ("pages", "weight_g"),
                    ("height_mm", "width_mm", "thickness_mm"),
                    "slug",
                ]
            },
        ),
        (
            "Copy protection and accessibility",
            {"classes": ["collapse"], "fields": ["protection", "accessibility"]},
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        """Load what the rows show."""
        editions = super().get_queryset(request).filter(structure="child").order_by("pk")
        return editions.select_related("imprint").prefetch_related(
            "stockrecords", Prefetch("files", EditionFile.objects.select_related("uploaded_by"))
        )

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """Open one empty row for a new work, or as many as were asked for."""
        return super().get_extra(request, obj, **kwargs) or (0 if obj else 1)

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """Return the address of an edition that readers see."""
        rows = (obj, obj.parent) if obj and obj.pk else ()
        is_seen = all(row.is_public and row.is_announced() for row in rows)
        return obj.get_absolute_url() if rows and is_seen else None

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Tell the rows who saves them."""
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.editor = request.user
        return formset

    @admin.display(description="copies in stock")
    def in_house(self, edition: Product) -> str:
        """Return how many copies are in the house, those promised to orders too."""
        if edition.publication_type in Product.DIGITAL:
            return "None needed"
        records = edition.stockrecords.all() if edition.pk else []
        return str(sum(record.num_in_stock or 0 for record in records))

    @admin.display(description="history")
    def changes(self, edition: Product) -> str:
        """Link the page with all changes of price and stock."""
        for record in edition.stockrecords.all() if edition.pk else []:
            url = reverse("admin:partner_stockrecord_change", args=[record.pk])
            return format_html('<a href="{}">Count copies, see all changes</a>', url)
        return "\N{EM DASH}"

    @admin.display(description="file")
    def files(self, edition: Product) -> str:
        """Link the file, and those that it replaced."""
        return files.in_words(edition) if edition.pk else "None yet"

    @admin.display(description="promised to orders")
    def promised(self, edition: Product) -> int:
        """Return how many of the copies orders wait for."""
        records = edition.stockrecords.all() if edition.pk else []
        return sum(record.num_allocated or 0 for record in records)

    def price(self, edition: Product) -> str:
        """Return the price, for staff who may only look."""
        return next((str(record.price) for record in edition.stockrecords.all()), "")
