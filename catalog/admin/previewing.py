"""The page of a book as readers would see it, of which nothing is kept."""

import base64
import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from catalog import book_page, covers
from catalog.admin.editions import EditionFormSet
from catalog.admin.pictures import CoverFormSet
from catalog.admin.works import WorkAdmin
from catalog.covers import Cover
from catalog.models import Product

NO_EDITION = "There is nothing to show yet: give the book an edition first."


class NothingToShow(Exception):
    """The work has no edition."""


@contextmanager
def nothing_kept() -> Iterator[None]:
    """Undo in the end whatever is written meanwhile; what waits for the commit never runs."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class WorkPreview(WorkAdmin):
    """A work's page whose form is saved for a look.

    Made for one request, used inside `nothing_kept`. Pictures are shown from
    the upload and no file is written.
    """

    def __init__(self, *args: Any) -> None:
        """Begin without notes."""
        super().__init__(*args)
        self.notes: list[str] = []
        self.shown_cover: Cover | None = None

    def tell(self, request: HttpRequest, note: str) -> None:
        """Keep what the editor would be told for the banner."""
        self.notes.append(note)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Save all rows but pictures and e-books, which would leave files behind."""
        if isinstance(formset, EditionFormSet):
            formset.keeps_files = False
        if isinstance(formset, CoverFormSet):
            self.shown_cover = formset.first_cover(form.instance)
            formset.new_objects = formset.changed_objects = formset.deleted_objects = []
            return
        super().save_formset(request, form, formset, change)

    def response_add(self, request: HttpRequest, obj: Any, *args: Any) -> HttpResponse:
        """Show the page of a book that is not there yet."""
        return show(request, obj, cover=self.shown_cover, notes=self.notes, is_saved=False)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Show the page as it would be."""
        return show(request, obj, cover=self.shown_cover, notes=self.notes, is_saved=False)


def show(  # noqa: PLR0913
    request: HttpRequest,
    work: Product,
    *,
    is_saved: bool,
    cover: Cover | None = None,
    notes: list[str] | None = None,
    edition_slug: str | None = None,
) -> HttpResponse:
    """Return the page of a work as if it were announced; call it inside `nothing_kept`.

    :raises NothingToShow: if the work has no edition.
    :raises Product.DoesNotExist: if it has not this one.
    """
    is_hidden = _announce(work)
    page = book_page.load(slug=work.slug, edition_slug=edition_slug)
    cover = cover or _drawn_or_uploaded(page)
    this = dataclasses.replace(page.this, cover=cover)
    context = {
        "book": dataclasses.replace(page, cover=cover, this=this),
        "structured_data": "{}",
        "work_id": work.pk if is_saved else None,
        "is_saved": is_saved,
        "is_hidden": is_hidden,
        "notes": notes or [],
    }
    response = render(request, "admin/catalogue/preview.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _announce(work: Product) -> bool:
    """Let readers see the work and its editions; return whether they did not before."""
    is_hidden = not Product.objects.works().filter(pk=work.pk).exists()
    editions = Product.objects.filter(parent=work)
    chosen = editions.filter(is_public=True)
    if not chosen.exists():
        chosen = editions
    if not chosen.update(is_public=True, announced_at=None):
        raise NothingToShow
    Product.objects.filter(pk=work.pk).update(is_public=True, announced_at=None)
    return is_hidden


def _drawn_or_uploaded(page: book_page.BookPage) -> Cover:
    """Return the cover; a drawn one inside the page, as its address is not there yet."""
    if page.cover.srcset:
        return page.cover
    drawing = base64.b64encode(covers.draw(page.work).encode()).decode()
    return dataclasses.replace(page.cover, url=f"data:image/svg+xml;base64,{drawing}")
