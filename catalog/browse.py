"""Shelves of many books: new, coming, by subject, by contributor; the front page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, QuerySet, Subquery

from catalog.models import Category, Contributor, Product, SearchHeading
from catalog.search import filters, keyset, matching
from catalog.search.results import load

FRONT_ROW = 6
FEATURED = 1 + FRONT_ROW
STEP = Category.steplen
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
    for subject in _counted_subjects().order_by("path"):
        branch = Branch(subject, subject.books, [])
        above = [one for one in above if subject.path.startswith(one.subject.path)]
        (above[-1].below if above else roots).append(branch)
        above.append(branch)
    return _by_name(roots)


def _by_name(branches: list[Branch]) -> list[Branch]:
    for branch in branches:
        branch.below[:] = _by_name(branch.below)
    return sorted(branches, key=lambda branch: branch.subject.name)


def main_subjects() -> QuerySet[Category]:
    """Return the subjects at the top that have books, with how many, by name."""
    return _counted_subjects().filter(depth=1).order_by("name")


def subjects_above(subject: Category) -> list[Category]:
    """Return the subjects that one stands below, the widest first."""
    paths = [subject.path[:end] for end in range(STEP, len(subject.path), STEP)]
    above = Category.objects.filter(path__in=paths, is_public=True) if paths else []
    return sorted(above, key=lambda one: one.path)


def subjects_below(subject: Category) -> QuerySet[Category]:
    """Return the subjects right below one, with how many books each has, by name."""
    below = _counted_subjects().filter(path__startswith=subject.path, depth=subject.depth + 1)
    return below.order_by("name")


def _counted_subjects() -> QuerySet[Category]:
    headings = SearchHeading.objects.filter(kind=SearchHeading.Kind.SUBJECT)
    books = headings.filter(target=OuterRef("pk")).values("books")
    public = Category.objects.filter(is_public=True, pk__in=headings.values("target"))
    return public.annotate(books=Subquery(books))
