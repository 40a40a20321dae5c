"""The page of a work: how it is saved beside other editors, and looked at before that."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse

from catalog import edition_files
from catalog.admin import (
    files,
    fingerprints,
    markdown_form,
    meanwhile,
    previewing,
    row_numbers,
)
from catalog.admin.fingerprints import Shown
from catalog.admin.works import WorkAdmin
from catalog.models import Product

MOST_TRIES = 3
CONFLICT = (
    "Others changed this book while you wrote. Nothing is saved yet and nothing you wrote is "
    "lost: compare below, then save."
)


class SavedMeanwhile(Exception):
    """Another editor saved the work between the comparison and the writing."""


class WorkSaving(WorkAdmin):
    """A work's page whose form is saved upon one revision of the work: made for one request."""

    revision: int
    refusal = ""
    found: meanwhile.Meanwhile | None = None

    def get_form(self, *args: Any, **kwargs: Any) -> Any:
        """Let a form be shown again, and not saved, for a reason that is told."""
        form: Any = super().get_form(*args, **kwargs)
        form.refusal = self.refusal
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save the work as the next revision.

        :raises SavedMeanwhile: if it is not the revision that was compared any more.
        """
        if change:
            known = Product.objects.filter(pk=obj.pk, revision=self.revision)
            if not known.update(revision=self.revision + 1):
                raise SavedMeanwhile
            obj.revision = self.revision + 1
        super().save_model(request, obj, form, change)

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show the form again, with what others did."""
        if self.found is not None:
            work = kwargs["obj"]
            shown = Shown.of(work, _page(self, request, work))
            context |= {"shown": str(shown), "meanwhile": self.found}
        return super().render_change_form(request, context, *args, **kwargs)


@admin.register(Product)
class WorkPage(WorkAdmin):
    """Works: the list, and for each a page with all that makes a book of the shop."""

    def get_urls(self) -> list[Any]:
        """Add the previews."""
        site = self.admin_site.admin_view
        return [
            path("markdown/", site(markdown_form.preview), name="markdown_preview"),
            path("files/<int:pk>/", site(files.download), name="catalogue_edition_file"),
            path("<int:pk>/preview/", site(self.preview), name="catalogue_product_preview"),
            *super().get_urls(),
        ]

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show the page, look at what it would make, or save it."""
        given = (object_id, *args)
        if request.method != "POST":
            return super().changeform_view(request, *given, **kwargs)
        if "_preview" in request.POST:
            return self._look(request, *given, **kwargs)
        with edition_files.in_step(_keys(object_id)):
            return self._save(request, *given, **kwargs)

    def delete_view(
        self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Ask, or delete the work with the files of its editions."""
        if request.method != "POST":
            return super().delete_view(request, object_id, *args, **kwargs)
        with edition_files.in_step(_keys(object_id)):
            return super().delete_view(request, object_id, *args, **kwargs)

    def _save(
        self, request: HttpRequest, object_id: str | None, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        given = (object_id, *args)
        for _ in range(MOST_TRIES):
            saving = WorkSaving(self.model, self.admin_site)
            work = self.get_object(request, object_id) if object_id else None
            if work is not None and self.has_change_permission(request, work):
                _compare(saving, request, work)
            try:
                return saving.changeform_view(request, *given, **kwargs)
            except SavedMeanwhile:
                continue
        saving.refusal = "Others save this book at this moment. Please save again."
        return saving.changeform_view(request, *given, **kwargs)

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Let the form remember what it shows."""
        if (work := kwargs.get("obj")) is not None:
            formsets = [rows.formset for rows in context["inline_admin_formsets"]]
            page = fingerprints.of_page(context["adminform"].form, formsets)
            context["shown"] = str(Shown.of(work, page))
        return super().render_change_form(request, context, *args, **kwargs)

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the page of a work as it is saved, hidden from readers or not."""
        work = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_view_permission(request, work):
            raise PermissionDenied
        try:
            with previewing.nothing_kept():
                return previewing.show(
                    request, work, is_saved=True, edition_slug=request.GET.get("edition")
                )
        except previewing.NothingToShow:
            self.tell(request, previewing.NO_EDITION)
            return redirect(reverse("admin:catalogue_product_change", args=[pk]))
        except Product.DoesNotExist as error:
            raise Http404 from error

    def _look(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        look: Callable[..., HttpResponse]
        look = previewing.WorkPreview(self.model, self.admin_site).changeform_view
        try:
            with previewing.nothing_kept():
                return look(request, *args, **kwargs)
        except previewing.NothingToShow:
            saving = WorkSaving(self.model, self.admin_site)
            saving.refusal = previewing.NO_EDITION
            return saving.changeform_view(request, *args, **kwargs)


def _keys(object_id: str | None) -> list[int]:
    return [int(object_id)] if object_id and object_id.isdecimal() else []


def _compare(saving: WorkSaving, request: HttpRequest, work: Product) -> None:
    """Compare the form with the work as it is now; refuse what others changed meanwhile."""
    saving.revision = work.revision
    posted: Any = request.POST
    shown = Shown.read(posted.get(fingerprints.SHOWN, ""))
    formsets = _formsets(saving, request, work)
    rows = {each.prefix: each.model._meta.pk.name for each in formsets}
    now = fingerprints.of_page(_form(saving, request, work), formsets)
    found = meanwhile.compare(work=work, now=now, rows=rows, posted=posted, shown=shown)
    if found is None:
        return
    for prefix, gone in found.gone.items():
        files: Any = request.FILES
        row_numbers.renumber(found.data, files, prefix=prefix, key=rows[prefix], gone=gone)
    request.POST = found.data  # type: ignore[assignment]
    saving.found, saving.refusal = found, CONFLICT


def _page(of: WorkAdmin, request: HttpRequest, work: Product) -> Any:
    fresh: Any = Product.objects.get(pk=work.pk)
    return fingerprints.of_page(_form(of, request, fresh), _formsets(of, request, fresh))


def _form(of: WorkAdmin, request: HttpRequest, work: Product) -> Any:
    fields = flatten_fieldsets(of.get_fieldsets(request, work))
    return of.get_form(request, work, change=True, fields=fields)(instance=work)


def _formsets(of: WorkAdmin, request: HttpRequest, work: Product) -> list[Any]:
    pairs: Any = of.get_formsets_with_inlines(request, work)
    return [
        rows(
            instance=work, prefix=rows.get_default_prefix(), queryset=one.get_queryset(request)
        )
        for rows, one in pairs
    ]
