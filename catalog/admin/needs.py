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


def of(user: Any, *, now: datetime) -> list[Need]:
    """Return what an editor has to do; three queries."""
    if not user.has_perm("catalogue.change_product"):
        return []
    works = reverse("admin:catalogue_product_changelist")
    unweighed = Product.objects.editions().unweighed().values("parent").distinct().count()
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
