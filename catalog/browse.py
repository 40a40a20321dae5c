"""Shelves of many books: new, coming, by what they share; the front page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from catalog.models import Category, Contributor, Imprint, Product, SearchHeading, Series
from catalog.querysets import BookQuerySet
from catalog.search import filters, headings, keyset, matching
from catalog.search.results import load

FRONT_ROW = 6
FEATURED = 1 + FRONT_ROW
STEP = Category.steplen
Kind = SearchHeading.Kind
SORTS = {"new": "Newest first", "title": "Title, A to Z"}


@dataclass(frozen=True)
class FrontPage:
    """The shelves of the front page."""

    featured: Sequence[Product]
    new: Sequence[Product]
    coming: Sequence[Product]


@dataclass(frozen=True)
class Branch:
    """A subject with the number of books there and below, and the subjects below it."""

    subject: Category
    books: int
    below: list["Branch"]


def listing(*, sort: str, today: date) -> keyset.Shelf:
    """Return all works in an order of `SORTS`; newest first for any other."""
    if sort == "title":
        return matching.by_title(matching.Matching())
    return matching.by_date(matching.Matching(), today=today)


def coming_soon() -> keyset.Shelf:
    """Return the works of which no edition is out, the next one first."""
    return matching.coming(matching.Matching())


def in_subject(subject: Category) -> keyset.Shelf:
    """Return the works filed under a subject or one below it."""
    chosen = filters.Filters()
    filters.under_subject(chosen, subject)
    return matching.by_title(chosen.matching(()))


def by_contributor(person: Contributor) -> keyset.Shelf:
    """Return the works a person had a part in, first published first."""
    chosen = filters.Filters()
    filters.with_part_of(chosen, person)
    return matching.by_first_publication(chosen.matching(()))


def about(person: Contributor) -> BookQuerySet:
    """Return the works about a person, by title."""
    works = Product.objects.works().filter(about=person)
    return works.for_cards().order_by("sort_title", "pk")


def in_series(series: Series) -> keyset.Shelf:
    """Return the works of a series, by their numbers as far as they have one."""
    chosen = filters.Filters()
    filters.in_series(chosen, series)
    return matching.by_number(chosen.matching(()))


def of_imprint(imprint: Imprint) -> keyset.Shelf:
    """Return the works with an edition that appears under an imprint."""
    chosen = filters.Filters()
    filters.of_imprint(chosen, imprint)
    return matching.by_title(chosen.matching(()))


def front_page(*, today: date) -> FrontPage:
    """Return the works that staff put forward, the newest, and those to come."""
    coming = keyset.first(coming_soon(), FRONT_ROW)
    put_forward = Product.objects.works().filter(priority__gt=0).exclude(pk__in=coming)
    ranked = put_forward.order_by("-priority", "pk").values_list("pk", flat=True)
    featured = list(ranked[:FEATURED])
    above = {*featured, *coming}
    newest = keyset.first(listing(sort="new", today=today), FRONT_ROW + len(above))
    new = [key for key in newest if key not in above][:FRONT_ROW]
    works = {work.pk: work for work in load([*featured, *new, *coming])}
    return FrontPage(
        featured=[works[key] for key in featured if key in works],
        new=[works[key] for key in new if key in works],
        coming=[works[key] for key in coming if key in works],
    )


def subjects() -> list[Branch]:
    """Return the subjects that have books as a tree, with how many there and below."""
    roots: list[Branch] = []
    above: list[Branch] = []
    for subject in sorted(_counted_subjects(), key=lambda one: one.path):
        branch = Branch(subject, subject.books, [])
        above = [one for one in above if subject.path.startswith(one.subject.path)]
        (above[-1].below if above else roots).append(branch)
        above.append(branch)
    return _by_name(roots)


def _by_name(branches: list[Branch]) -> list[Branch]:
    for branch in branches:
        branch.below[:] = _by_name(branch.below)
    return sorted(branches, key=lambda branch: branch.subject.name)


def all_series() -> list[Series]:
    """Return the series that have books, with how many, by name."""
    return _counted(Series.objects.order_by("name"), Kind.SERIES)


def imprints() -> QuerySet[Imprint]:
    """Return the imprints that have books, with how many, by name."""
    public = Count(
        "editions__parent", filter=Q(editions__in=Product.objects.editions()), distinct=True
    )
    return Imprint.objects.annotate(books=public).filter(books__gt=0).order_by("name")


def main_subjects() -> list[Category]:
    """Return the subjects at the top that have books, with how many, by name."""
    return _counted_subjects(depth=1)


def subjects_above(subject: Category) -> list[Category]:
    """Return the subjects that one stands below, the widest first."""
    paths = [subject.path[:end] for end in range(STEP, len(subject.path), STEP)]
    above = Category.objects.filter(path__in=paths, is_public=True) if paths else []
    return sorted(above, key=lambda one: one.path)


def subjects_below(subject: Category) -> list[Category]:
    """Return the subjects right below one, with how many books each has, by name."""
    return _counted_subjects(path__startswith=subject.path, depth=subject.depth + 1)


def _counted_subjects(**where: Any) -> list[Category]:
    public = Category.objects.filter(is_public=True, **where).order_by("name", "pk")
    return _counted(public, Kind.SUBJECT)


def _counted(things: QuerySet[Any], kind: SearchHeading.Kind) -> list[Any]:
    """Return the subjects or series that have books, each with their number in `books`."""
    found = list(things)
    numbers = headings.numbers(kind, among=[thing.pk for thing in found]) if found else {}
    for thing in found:
        thing.books = numbers.get(thing.pk, 0)
    return [thing for thing in found if thing.books]
