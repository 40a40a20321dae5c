"""The shelves below a book: chosen by staff, by its authors, in its series, about them.

Each function asks one query and returns keys of works, so that a page loads the works of
all its shelves together.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Window
from django.db.models.functions import Length, RowNumber

from catalog.cards import Card, cards
from catalog.models import Contribution, Contributor, Product, RelatedWork

SHOWN = 6
MOST_RELATED = 12


@dataclass(frozen=True)
class Shelf:
    """Other books under one heading; `more_url` leads to all of them, if there are more."""

    id: str
    title: str
    cards: Sequence[Card]
    more_url: str = ""
    more: str = ""


@dataclass(frozen=True)
class Around:
    """The keys of the works around one, a shelf each; one more than is shown."""

    related: Sequence[int]
    by_author: Mapping[int, Sequence[int]]
    in_series: Sequence[int]
    about_author: Mapping[int, Sequence[int]]

    @property
    def works(self) -> set[int]:
        """All the works that are shown."""
        shelves = [*self.by_author.values(), self.in_series, *self.about_author.values()]
        return {*self.related, *(work for shelf in shelves for work in shelf[:SHOWN])}


def around(*, work_id: int) -> Around:
    """Return which works stand around one; four queries."""
    related = RelatedWork.objects.filter(work=work_id).order_by("position", "pk")
    return Around(
        related=list(related.values_list("other", flat=True)[:MOST_RELATED]),
        by_author=_by_author(work_id),
        in_series=_in_series(work_id),
        about_author=_about_author(work_id),
    )


def shelves(
    *, found: Around, work: Product, people: Iterable[Contributor], works: Mapping[int, Product]
) -> list[Shelf]:
    """Return the shelves that are not empty: `works` are loaded by `for_cards`."""
    people = list(people)
    shelves = [Shelf("related", "Related books", cards(_known(found.related, works)))]
    shelves += [
        Shelf(
            id=f"by-{person.slug}",
            title=f"Books by {person.name}",
            cards=_cards(keys, works),
            more_url=person.get_absolute_url() if len(keys) > SHOWN else "",
            more=f"All books by {person.name}",
        )
        for person in people
        if (keys := found.by_author.get(person.pk))
    ]
    if found.in_series:
        title = f"In the same series: {work.series}"
        shelves.append(
            Shelf(
                id="same-series",
                title=title,
                cards=_cards(found.in_series, works),
                more_url=work.series.get_absolute_url()
                if work.series and len(found.in_series) > SHOWN
                else "",
                more=f"All books of the series {work.series}",
            )
        )
    shelves += [
        Shelf(
            id=f"about-{person.slug}",
            title=f"Books about {person.name}",
            cards=_cards(keys, works),
            more_url=f"{person.get_absolute_url()}#about" if len(keys) > SHOWN else "",
            more=f"All books about {person.name}",
        )
        for person in people
        if (keys := found.about_author.get(person.pk))
    ]
    return [shelf for shelf in shelves if shelf.cards]


def _cards(keys: Sequence[int], works: Mapping[int, Product]) -> list[Card]:
    return cards(_known(keys[:SHOWN], works))


def _known(keys: Sequence[int], works: Mapping[int, Product]) -> list[Product]:
    return [works[pk] for pk in keys if pk in works]


def _by_author(work_id: int) -> dict[int, list[int]]:
    """Return for each author some of their other works, first published first."""
    wrote = Contribution.objects.filter(
        role=Contribution.Role.AUTHOR, work__in=Product.objects.works()
    )
    return _first_of_each(wrote, "contributor", "work", _authors(work_id), without=work_id)


def _about_author(work_id: int) -> dict[int, list[int]]:
    """Return for each author some works about them."""
    links = Product.about.through.objects.filter(product__in=Product.objects.works())
    return _first_of_each(links, "contributor", "product", _authors(work_id), without=work_id)


def _authors(work_id: int) -> Any:
    authors = Contribution.objects.filter(work=work_id, role=Contribution.Role.AUTHOR)
    return authors.values("contributor")


def _first_of_each(
    links: Any, person: str, work: str, people: Any, *, without: int
) -> dict[int, list[int]]:
    """Return by person the first works that links lead to, one more than is shown."""
    place = Window(
        RowNumber(),
        partition_by=F(person),
        order_by=[F(f"{work}__first_published").asc(nulls_last=True), f"{work}__sort_title"],
    )
    mine = links.filter(**{f"{person}__in": people}).exclude(**{work: without})
    placed = mine.annotate(place=place).filter(place__lte=SHOWN + 1).order_by(person, "place")
    found: dict[int, list[int]] = {}
    for key, each in placed.values_list(person, work):
        found.setdefault(key, []).append(each)
    return found


def _in_series(work_id: int) -> list[int]:
    """Return the other works of a work's series, in the order of their numbers."""
    series = Product.objects.filter(pk=work_id).values("series")
    others = Product.objects.works().filter(series__in=series).exclude(pk=work_id)
    numbered = others.order_by(Length("series_number"), "series_number", "sort_title")
    return list(numbered.values_list("pk", flat=True)[: SHOWN + 1])
