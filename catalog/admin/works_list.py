"""The list of works: what it shows, how it is narrowed and searched."""

import re
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ValidationError
from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone

from catalog.isbn import clean_isbn
from catalog.models import Category, Contribution, Product
from catalog.pricing import offers
from catalog.pricing.availability import Copies, Download, PreOrder
from catalog.pricing.models import StockRecord

SHORTEST_PART = 4
Status = Product.Status


class WorkList(ChangeList):
    """A page of works with all that its rows show, in a fixed number of queries."""

    def get_queryset(self, request: HttpRequest, *args: Any, **kwargs: Any) -> QuerySet[Any]:
        """Load people, editions with their stock, covers and subjects."""
        parts = Contribution.objects.select_related("contributor")
        editions = Product.objects.order_by("pk").prefetch_related("stockrecords")
        works = super().get_queryset(request, *args, **kwargs)
        return works.prefetch_related(
            Prefetch("contributions", parts),
            Prefetch("children", editions),
            "images",
            "categories",
        )


def availability_in_words(edition: Product) -> str:
    """Return whether readers can have an edition, and how many copies nobody claimed."""
    if not edition.is_public:
        return "Hidden"
    if not edition.is_announced():
        return f"Hidden until {moment(edition.announced_at)}"
    policy = offers.offer(edition).availability
    short = {Download: "Download", PreOrder: "Forthcoming"}
    words = short.get(type(policy), policy.message)
    if isinstance(policy, Copies) and policy.free > 0:
        words = f"{policy.free} in stock"
    if edition.is_embargoed():
        words += f", embargoed until {edition.embargoed_until:%-d %B %Y}"
    return words


def moment(when: datetime | None) -> str:
    """Return a moment in the shop's time, or nothing."""
    return f"{timezone.localtime(when):%-d %B %Y, %H:%M}" if when else ""


def buyable() -> QuerySet[Product]:
    """Return the editions that readers can order now, for a work named by OuterRef."""
    free = Coalesce(F("num_allocated"), Value(0))
    priced = StockRecord.objects.filter(product=OuterRef("pk"), price__isnull=False)
    needs_no_copy = Q(publication_type__in=Product.DIGITAL) | Q(status=Status.FORTHCOMING)
    editions = Product.objects.filter(parent=OuterRef("pk")).shown()
    return editions.exclude(status=Status.WITHDRAWN).filter(
        Q(Exists(priced)) & needs_no_copy | Q(Exists(priced.filter(num_in_stock__gt=free)))
    )


def search(works: QuerySet[Product], term: str) -> QuerySet[Product] | None:
    """Return the works with an edition of this ISBN, or None if the term is no ISBN.

    An ISBN may be of 10 or 13 digits, with hyphens anywhere; a part of one will do.
    """
    try:
        digits = clean_isbn(term)
    except ValidationError:
        digits = re.sub(r"[\s-]", "", term)
        if not digits.isdecimal() or len(digits) < SHORTEST_PART:
            return None
        if not works.filter(children__upc__contains=digits).exists():
            return None
    return works.filter(
        Exists(Product.objects.filter(parent=OuterRef("pk"), upc__contains=digits))
    )


class PublicationTypeFilter(admin.SimpleListFilter):
    """Choose works that have an edition of a type."""

    title = "publication type"
    parameter_name = "type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """Offer the types."""
        return Product.PublicationType.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the works with such an edition."""
        if not self.value():
            return queryset
        editions = Product.objects.filter(parent=OuterRef("pk"))
        return queryset.filter(Exists(editions.filter(publication_type=self.value())))


class SubjectFilter(admin.SimpleListFilter):
    """Choose works filed under a subject or one below it."""

    title = "subject"
    parameter_name = "subject"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """Offer the subjects by name."""
        return Category.objects.order_by("name").values_list("slug", "name")

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the works under the subject."""
        if not self.value():
            return queryset
        path = Category.objects.filter(slug=self.value()).values_list("path", flat=True).first()
        below = Category.objects.filter(path__startswith=path) if path else []
        links = Product.categories.through.objects.filter(category__in=below)
        return queryset.filter(pk__in=links.values("product"))


class OnSaleFilter(admin.SimpleListFilter):
    """Choose works that readers can order now, the others, or those they do not see."""

    title = "on sale"
    parameter_name = "on_sale"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """Offer yes, no and hidden."""
        return [("yes", "Yes"), ("no", "No"), ("hidden", "Hidden from readers")]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        """Keep the chosen works."""
        if self.value() == "hidden":
            return queryset.exclude(pk__in=Product.objects.works().values("pk"))
        can_be_ordered = queryset.filter(Exists(buyable())).shown()
        if self.value() == "no":
            return queryset.exclude(pk__in=can_be_ordered.values("pk"))
        return can_be_ordered if self.value() == "yes" else queryset


class StockFilter(admin.SimpleListFilter):
    """Choose works with a printed edition, still sold, of which no copy is free."""

    title = parameter_name = "stock"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """Offer the one choice."""
        return [("out", "Out of stock")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the works that lack copies."""
        if self.value() != "out":
            return queryset
        free = Coalesce(F("num_allocated"), Value(0))
        records = StockRecord.objects.filter(product=OuterRef("pk"), num_in_stock__gt=free)
        printed = Product.objects.filter(parent=OuterRef("pk")).exclude(
            publication_type__in=Product.DIGITAL
        )
        sold = printed.exclude(status__in=[Status.WITHDRAWN, Status.FORTHCOMING])
        return queryset.filter(Exists(sold.filter(~Exists(records))))


class WeightFilter(admin.SimpleListFilter):
    """Choose works with a printed edition that readers see and nobody has weighed."""

    title = parameter_name = "weight"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """Offer the one choice."""
        return [("none", "Not entered")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the works whose shipping can only be guessed."""
        if self.value() != "none":
            return queryset
        return queryset.filter(pk__in=Product.objects.editions().unweighed().values("parent"))
