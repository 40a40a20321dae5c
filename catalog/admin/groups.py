"""What books are gathered under: subjects, series, imprints."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from oscar.core.loading import get_model
from treebeard.admin import TreeAdmin
from treebeard.forms import MoveNodeForm, movenodeform_factory

from catalog.admin.merging import Merges
from catalog.admin.parts import KEY, STYLES, FoundBySearch, work_ids, work_links
from catalog.admin.people import SLUG_HELP
from catalog.models import Category, Imprint, Product, Series

ProductCategory = get_model("catalogue", "ProductCategory")


class SubjectForm(MoveNodeForm):
    """A subject and where it stands among the others."""

    def clean_slug(self) -> str:
        """Leave the address of a subject free of capital letters."""
        return self.cleaned_data["slug"].lower()


@admin.register(Category)
class SubjectAdmin(Merges, FoundBySearch, TreeAdmin):
    """Subjects, one below another."""

    form = movenodeform_factory(
        Category,
        form=SubjectForm,
        fields=["name", "slug", "code", "description", "is_public"],
        labels={"code": "Thema code", "is_public": "Shown to readers"},
        help_texts={
            "slug": SLUG_HELP,
            "code": "By EDItEUR's scheme, such as FBA; imports find the subject by it.",
            "is_public": "",
        },
    )
    list_display = ["name", "code", "number_of_books", "is_public"]
    readonly_fields = ["books"]
    search_fields = ["name__unaccent__icontains", "code__istartswith"]
    search_help_text = "A subject or its Thema code"
    prepopulated_fields = {"slug": ["name"]}

    class Media:
        css = STYLES

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:
        """Count the books filed at each subject."""
        filed = ProductCategory.objects.filter(category=OuterRef("pk")).order_by()
        count = filed.values("category").annotate(count=Count("pk")).values("count")
        return super().get_queryset(request).annotate(book_count=Coalesce(Subquery(count), 0))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the whole list where a form was sent with nothing to do."""
        if request.method == "POST":
            request._treebeard_parent = None  # type: ignore[attr-defined]  # treebeard reads it
        return super().changelist_view(request, extra_context)

    def children_view(self, request: HttpRequest, parent_id: str) -> Any:
        """Show what is below a subject, by its key."""
        if not KEY.fullmatch(parent_id):
            raise Http404
        return super().children_view(request, parent_id)

    @admin.display(description="books")
    def number_of_books(self, subject: Any) -> int:
        """Return how many books are filed at this very subject."""
        return subject.book_count

    @admin.display(description="books")
    def books(self, subject: Category) -> str:
        """Link the books filed at this very subject."""
        return work_links(Product.objects.filter(categories=subject.pk))

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


class CountedAdmin(Merges, FoundBySearch):
    """A name that books share, with how many do."""

    list_display = ["name", "number_of_books", "is_described"]
    search_fields = ["name__unaccent__icontains"]
    prepopulated_fields = {"slug": ["name"]}
    readonly_fields = ["books"]
    fields = ["name", "slug", "description", "books"]
    counted = ""

    class Media:
        css = STYLES

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Say what becomes of the old address."""
        helps = {"slug": SLUG_HELP}
        return super().get_form(request, obj, change, help_texts=helps, **kwargs)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Count the books."""
        counted = Count(self.counted, distinct=True)
        return super().get_queryset(request).annotate(book_count=counted)

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """Return the page."""
        return obj.get_absolute_url() if obj and obj.pk else None

    @admin.display(description="books", ordering="book_count")
    def number_of_books(self, group: Any) -> int:
        """Return how many books have this name."""
        return group.book_count

    @admin.display(description="described", boolean=True, ordering="description")
    def is_described(self, group: Any) -> bool:
        """Tell whether its page says something about it."""
        return bool(group.description)

    @admin.display(description="books")
    def books(self, group: Any) -> str:
        """Link the books."""
        works = self.works_of([group]) if group.pk else []
        return work_links(Product.objects.filter(pk__in=works))


@admin.register(Series)
class SeriesAdmin(CountedAdmin):
    """Series; search finds works by their names."""

    counted = "works"

    def works_of(self, objects: Iterable[Series]) -> Iterable[int]:
        """Return the works in the series."""
        return work_ids(Product.objects.filter(series__in=list(objects)))


@admin.register(Imprint)
class ImprintAdmin(CountedAdmin):
    """Imprints."""

    counted = "editions__parent"

    def works_of(self, objects: Iterable[Imprint]) -> Iterable[int]:
        """Return the works with an edition under the imprint."""
        editions = Product.objects.filter(imprint__in=list(objects))
        return editions.values_list("parent", flat=True).distinct()
