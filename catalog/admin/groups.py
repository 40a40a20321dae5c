"""What books are gathered under: subjects, series, imprints."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from oscar.core.loading import get_model
from treebeard.admin import TreeAdmin
from treebeard.forms import MoveNodeForm, movenodeform_factory

from catalog.admin.parts import STYLES, FoundBySearch, work_ids
from catalog.models import Category, Imprint, Product, Series

ProductCategory = get_model("catalogue", "ProductCategory")


class SubjectForm(MoveNodeForm):
    """A subject and where it stands among the others."""

    def clean_slug(self) -> str:
        """Leave the address of a subject free of capital letters."""
        return self.cleaned_data["slug"].lower()


@admin.register(Category)
class SubjectAdmin(FoundBySearch, TreeAdmin):
    """Subjects, one below another."""

    form = movenodeform_factory(
        Category,
        form=SubjectForm,
        fields=["name", "slug", "code", "description", "is_public"],
        labels={"code": "Thema code", "is_public": "Shown to readers"},
        help_texts={
            "slug": "The last part of the page's address. A change breaks links to it.",
            "code": "By EDItEUR's scheme, such as FBA; imports find the subject by it.",
            "is_public": "",
        },
    )
    list_display = ["name", "code", "is_public"]
    search_fields = ["name__unaccent__icontains", "code__istartswith"]
    search_help_text = "A subject or its Thema code"
    prepopulated_fields = {"slug": ["name"]}

    class Media:
        css = STYLES

    def works_of(self, objects: Iterable[Category]) -> Iterable[int]:
        """Return the works under the subjects or one below them."""
        links = ProductCategory.objects.none()
        for subject in objects:
            links |= ProductCategory.objects.filter(category__path__startswith=subject.path)
        return links.values_list("product", flat=True)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Name the subjects, and count the books that will be without them."""
        _, _, perms_needed, protected = super().get_deleted_objects(objs, request)
        named = [str(subject) for subject in objs]
        books = len(set(self.works_of(objs)))
        counts = {"subjects": len(named), "books filed there, which stay": books}
        return named, counts, perms_needed, protected

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """Return the subject's page, if readers see it."""
        return obj.get_absolute_url() if obj and obj.pk and obj.is_public else None


class CountedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not at run time
    """A name that books share, with how many do."""

    list_display = ["name", "number_of_books"]
    search_fields = ["name__unaccent__icontains"]
    counted = ""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Count the books."""
        return super().get_queryset(request).annotate(book_count=Count(self.counted))

    @admin.display(description="books", ordering="book_count")
    def number_of_books(self, group: Any) -> int:
        """Return how many books have this name."""
        return group.book_count


@admin.register(Series)
class SeriesAdmin(CountedAdmin, FoundBySearch):
    """Series; search finds works by their names."""

    counted = "works"

    def works_of(self, objects: Iterable[Series]) -> Iterable[int]:
        """Return the works in the series."""
        return work_ids(Product.objects.filter(series__in=list(objects)))


@admin.register(Imprint)
class ImprintAdmin(CountedAdmin):
    """Imprints."""

    counted = "editions"
