"""Shelves of many books: new, coming, by subject, by contributor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db.models import Count, F, Max, Q, QuerySet, Value
from django.db.models.functions import Length, NullIf

from catalog.models import Category, Contributor, Imprint, Product, Series
from catalog.querysets import BookQuerySet

FRONT_ROW = 6
FEATURED = 1 + FRONT_ROW
SORTS = {"new": "Newest first", "title": "Title, A to Z"}


@dataclass(frozen=True)
class FrontPage:
    """The shelves of the front page."""

    featured: Sequence[Product]
    new: Sequence[Product]
    coming: Sequence[Product]


def newest_first(works: BookQuerySet, *, today: date) -> BookQuerySet:
    """Order works by the last edition that is out."""
    is_out = Q(children__published_on__lte=today, children__is_public=True)
    newest = works.annotate(newest=Max("children__published_on", filter=is_out))
    return newest.order_by(F("newest").desc(nulls_last=True), "sort_title", "pk")


def listing(*, sort: str, today: date) -> BookQuerySet:
    """Return all works in an order of `SORTS`; newest first for any other."""
    works = Product.objects.works().for_cards()
    if sort == "title":
        return works.order_by("sort_title", "pk")
    return newest_first(works, today=today)


def front_page(*, today: date) -> FrontPage:
    """Return the works that staff put forward, the newest, and those to come."""
    out = Product.objects.works().exclude(_only_forthcoming())
    featured = list(out.filter(priority__gt=0).order_by("-priority", "pk")[:FEATURED])
    rest = out.exclude(pk__in=[work.pk for work in featured])
    new = list(newest_first(rest, today=today)[:FRONT_ROW])
    coming = Product.objects.works().filter(_only_forthcoming())
    coming = coming.annotate(first=Max("children__published_on"))
    soon = list(coming.order_by("first", "pk")[:FRONT_ROW])
    shown = [*featured, *new, *soon]
    loaded = Product.objects.filter(pk__in=[work.pk for work in shown]).for_cards()
    by_key = {work.pk: work for work in loaded}
    return FrontPage(
        featured=[by_key[work.pk] for work in featured],
        new=[by_key[work.pk] for work in new],
        coming=[by_key[work.pk] for work in soon],
    )


def in_subject(subject: Category) -> BookQuerySet:
    """Return the works filed under a subject or one below it."""
    below = Category.objects.filter(path__startswith=subject.path)
    works = Product.objects.works().filter(
        pk__in=Product.categories.through.objects.filter(category__in=below).values("product")
    )
    return works.for_cards().order_by("sort_title", "pk")


def by_contributor(person: Contributor) -> BookQuerySet:
    """Return the works a person had a part in, first published first."""
    works = Product.objects.works().filter(pk__in=person.contributions.values("work"))
    first = F("first_published").asc(nulls_last=True)
    return works.for_cards().order_by(first, "sort_title", "pk")


def about(person: Contributor) -> BookQuerySet:
    """Return the works about a person, by title."""
    works = Product.objects.works().filter(about=person)
    return works.for_cards().order_by("sort_title", "pk")


def in_series(series: Series) -> BookQuerySet:
    """Return the works of a series, by their numbers as far as they have one."""
    works = Product.objects.works().filter(series=series).for_cards()
    number = NullIf("series_number", Value(""))
    in_order = [Length(number).asc(nulls_last=True), number.asc(nulls_last=True)]
    return works.order_by(*in_order, "sort_title", "pk")


def of_imprint(imprint: Imprint) -> BookQuerySet:
    """Return the works with an edition that appears under an imprint."""
    editions = Product.objects.editions().filter(imprint=imprint)
    works = Product.objects.works().filter(pk__in=editions.values("parent"))
    return works.for_cards().order_by("sort_title", "pk")


def all_series() -> QuerySet[Series]:
    """Return the series that have books, with how many, by name."""
    public = Count("works", filter=Q(works__in=Product.objects.works()), distinct=True)
    return Series.objects.annotate(books=public).filter(books__gt=0).order_by("name")


def imprints() -> QuerySet[Imprint]:
    """Return the imprints that have books, with how many, by name."""
    public = Count(
        "editions__parent", filter=Q(editions__in=Product.objects.editions()), distinct=True
    )
    return Imprint.objects.annotate(books=public).filter(books__gt=0).order_by("name")


def subjects() -> BookQuerySet:
    """Return the subjects that have books, with how many, by name."""
    public = Count("product", filter=Q(product__in=Product.objects.works()), distinct=True)
    return Category.objects.annotate(books=public).filter(books__gt=0).order_by("name")


def contributors_by_letter() -> list[tuple[str, list[Contributor]]]:
    """Return the contributors that have books, under the first letter of the name."""
    public = Count(
        "contributions__work",
        filter=Q(contributions__work__in=Product.objects.works()),
        distinct=True,
    )
    people = Contributor.objects.annotate(books=public).filter(books__gt=0)
    letters = groupby(
        people.order_by("sort_name", "pk"), key=lambda one: one.sort_name[:1].upper()
    )
    return [(letter, list(group)) for letter, group in letters]


def _only_forthcoming() -> Q:
    out = Product.objects.editions().exclude(status=Product.Status.FORTHCOMING)
    return ~Q(pk__in=out.values("parent"))
