"""What the catalogue waits for: weights, covers, imports that failed."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from bookstore.needs import Need, need
from catalog.models import Product

IMPORTS_FOR = timedelta(days=14)


class CoverFilter(admin.SimpleListFilter):
    """Choose works that readers see with a cover drawn by the shop."""

    title = parameter_name = "cover"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """Offer the one choice."""
        return [("none", "No picture")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the works without a picture."""
        if self.value() != "none":
            return queryset
        return queryset.filter(pk__in=Product.objects.works().filter(images=None).values("pk"))


class FileFilter(admin.SimpleListFilter):
    """Choose works with an e-book or audiobook that has no file."""

    title = "file"
    parameter_name = "file"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """Offer all of them, or those that readers can buy."""
        return [
            ("none", "E-book without a file"),
            ("none_on_sale", "E-book on sale without a file"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the works that lack one."""
        if self.value() == "none":
            lacking = Product.objects.filter(structure=Product.CHILD).without_file()
        elif self.value() == "none_on_sale":
            lacking = sold_without_file()
        else:
            return queryset
        return queryset.filter(pk__in=lacking.values("parent"))


def sold_without_file() -> QuerySet[Product]:
    """Return the e-books that readers can buy and the shop cannot give them."""
    priced = Product.objects.editions().filter(stockrecords__price__isnull=False)
    return priced.exclude(status=Product.Status.FORTHCOMING).without_file()


def of(user: Any, *, now: datetime) -> list[Need]:
    """Return what an editor has to do; four queries."""
    if not user.has_perm("catalogue.change_product"):
        return []
    works = reverse("admin:catalogue_product_changelist")
    unweighed = Product.objects.editions().unweighed().values("parent").distinct().count()
    fileless = sold_without_file().values("parent").distinct().count()
    uncovered = Product.objects.works().filter(images=None).count()
    return [
        *_failed_imports(now),
        *need(
            unweighed,
            "book has no weight: shipping is only guessed for it",
            "books have no weight: shipping is only guessed for them",
            f"{works}?weight=none",
        ),
        *need(
            fileless,
            "book is on sale as an e-book without a file: readers cannot be given it",
            "books are on sale as e-books without a file: readers cannot be given them",
            f"{works}?file=none_on_sale",
        ),
        *need(
            uncovered,
            "book has no picture of its cover: readers see a drawn one",
            "books have no picture of their cover: readers see a drawn one",
            f"{works}?cover=none",
        ),
    ]


def _failed_imports(now: datetime) -> list[Need]:
    """Name the imports of late that broke off, unless the same file came in since."""
    for model in admin.site._registry:
        if model._meta.label == "catalogue.ImportRun":
            runs: Any = model._default_manager.filter(is_trial=False)
            since = runs.filter(name=OuterRef("name"), pk__gt=OuterRef("pk"))
            broken = runs.filter(
                state__in=["failed", "stopped"], created_at__gt=now - IMPORTS_FOR
            )
            url = reverse("admin:catalogue_importrun_changelist")
            return need(
                broken.exclude(Exists(since)).count(),
                "import broke off",
                "imports broke off",
                f"{url}?state__in=failed,stopped",
            )
    return []
