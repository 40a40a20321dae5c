"""What the pages of the catalogue's admin share."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin import helpers
from django.db.models import Model, QuerySet
from django.forms.widgets import Script
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join

from catalog import search
from catalog.models import Product

KEY = re.compile(r"[0-9]{1,18}")
STYLES = {"all": ["css/admin.css"]}
ROWS, MOST_ROWS = "rows", 10
SCRIPTS = [Script("js/admin/main.js", type="module")]


class FoundBySearch(admin.ModelAdmin):  # type: ignore[type-arg]  # not at run time
    """Tell the shop's search about whatever is saved or deleted here."""

    def works_of(self, objects: Iterable[Any]) -> Iterable[int]:
        """Return the keys of the works that search finds by these objects."""
        raise NotImplementedError

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Any, change: bool
    ) -> None:
        """Index the works once all of the page is saved."""
        super().save_related(request, form, formsets, change)
        search.index_works(work_ids=self.works_of([form.instance]))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Index the works that lost something."""
        works = list(self.works_of([obj]))
        super().delete_model(request, obj)
        search.index_works(work_ids=works)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Index the works that lost something."""
        works = list(self.works_of(queryset))
        super().delete_queryset(request, queryset)
        search.index_works(work_ids=works)


class KeepsWhatItNames(admin.options.BaseModelAdmin):  # type: ignore[type-arg]
    """Leave out the icons that delete the person, subject or series that a field names.

    Beside a row's own tick to delete, such an icon reads as if it took out the row.
    """

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the form field for a field of the model."""
        field: Any = super().formfield_for_dbfield(db_field, request, **kwargs)
        if hasattr(getattr(field, "widget", None), "can_delete_related"):
            field.widget.can_delete_related = False
        return field


class Part(KeepsWhatItNames, admin.options.InlineModelAdmin):  # type: ignore[type-arg]
    """Rows of a work's page: whoever may edit the work may edit them."""

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """Open as many empty rows as were asked for; with scripts a click adds one."""
        asked = request.GET.get(ROWS, "0")
        return min(int(asked), MOST_ROWS) if KEY.fullmatch(asked) else 0

    def _may(self, request: HttpRequest, *acts: str) -> bool:
        return any(request.user.has_perm(f"catalogue.{act}_product") for act in acts)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Allow whoever may see works."""
        return self._may(request, "view", "change")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Allow whoever may write works."""
        return self._may(request, "add", "change")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Allow whoever may write works."""
        return self._may(request, "add", "change")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Allow whoever may write works."""
        return self._may(request, "add", "change")


class LabelledRows(forms.BaseInlineFormSet):  # type: ignore[type-arg]  # not at run time
    """Rows of a table, whose heads label no field for those who cannot see them."""

    def add_fields(self, form: Any, index: int | None) -> None:
        """Say in each field what it is."""
        super().add_fields(form, index)
        for field in form.fields.values():
            field.widget.attrs.setdefault("aria-label", str(field.label or "Delete"))


def label_dates(form: forms.ModelForm[Any]) -> None:
    """Say in the two parts of a moment, which share one label, what each is."""
    for field in form.fields.values():
        widget: Any = field.widget
        if isinstance(widget, forms.MultiWidget):
            for part, word in zip(widget.widgets, ("date", "time"), strict=False):
                part.attrs["aria-label"] = f"{field.label}, {word}"


class Named:
    """A row of a link table that Oscar gives no name, as pages and history call it."""

    def __init__(self, row: Model, name: str) -> None:
        """Name a row."""
        self._meta = row._meta
        self.name = name

    def __str__(self) -> str:
        return self.name


class NamedRows(helpers.InlineAdminFormSet):
    """Rows of a link table, each headed by the name of what it links."""

    @classmethod
    def around(cls, rows: helpers.InlineAdminFormSet) -> "NamedRows":
        """Return the same rows, headed by names."""
        named = cls.__new__(cls)
        named.__dict__.update(rows.__dict__)
        return named

    def __iter__(self) -> Any:
        """Name what is in the database already."""
        rows: Any = super().__iter__()
        for row in rows:
            if row.original:
                row.original = Named(row.original, self.opts.name_row(row.original))
            yield row


def name_rows(formset: Any, inline: Any) -> None:
    """Give what a formset saved the names under which history shall know it."""
    formset.new_objects = [Named(row, inline.name_row(row)) for row in formset.new_objects]
    formset.deleted_objects = [
        Named(row, inline.name_row(row)) for row in formset.deleted_objects
    ]
    formset.changed_objects = [
        (Named(row, inline.name_row(row)), fields) for row, fields in formset.changed_objects
    ]


def work_ids(works: Iterable[Product]) -> list[int]:
    """Return the keys of works."""
    return [work.pk for work in works]


def work_links(works: QuerySet[Product]) -> str:
    """Link the pages of works, by title."""
    links = (
        (reverse("admin:catalogue_product_change", args=[key]), title)
        for key, title in works.order_by("sort_title", "pk").values_list("pk", "title")
    )
    return format_html_join("", '<a href="{}">{}</a><br>', links) or "None yet"
