"""All that the page of a book shows, loaded in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, Value, Window, prefetch_related_objects
from django.db.models.functions import RowNumber
from oscar.core.loading import get_model

from catalog.cards import Card, cards
from catalog.covers import Cover, cover_of
from catalog.models import Contribution, Contributor, Product, RelatedWork
from catalog.pricing import offers
from catalog.pricing.offers import Offer

ProductRecommendation = get_model("catalogue", "ProductRecommendation")

TOGETHER = 3
BY_AUTHOR = 6
RELATED = 12


@dataclass(frozen=True)
class Companion:
    """A book of "Frequently Bought Together"."""

    title: str
    url: str
    cover: Cover
    offer: Offer
    is_this_book: bool


@dataclass(frozen=True)
class Shelf:
    """The other books by one author."""

    author: Contributor
    cards: Sequence[Card]
    has_more: bool


@dataclass(frozen=True)
class BookPage:
    """A work, the edition chosen, and what stands around them."""

    work: Product
    cover: Cover
    offers: Sequence[Offer]
    chosen: Offer
    together: Sequence[Companion]
    related: Sequence[Card]
    people: Sequence[Contributor]
    shelves: Sequence[Shelf]

    @property
    def together_total(self) -> Decimal:
        """The price of all the books bought together."""
        return sum((book.offer.price or Decimal(0) for book in self.together), Decimal(0))


def load(*, slug: str, edition_slug: str | None = None) -> BookPage:
    """Return the page of a work, at one edition or at the one a reader sees first.

    :raises Product.DoesNotExist: if readers may see no such work or edition.
    """
    work_id = Product.objects.works().values_list("pk", flat=True).get(slug=slug)
    by_author = _other_works_by_author(work_id)
    picks, related = _chosen_works(work_id)
    others = [pk for works in by_author.values() for pk in works]
    loaded = Product.objects.works().filter(pk__in={work_id, *picks, *related, *others})
    works = {work.pk: work for work in loaded.select_related("series").for_cards()}
    work = works[work_id]
    choices = offers.offers(work)
    chosen = _choose(choices, edition_slug)
    people = list({part.contributor: None for part in work.contributions.all()})
    prefetch_related_objects(people, "links")
    return BookPage(
        work=work,
        cover=cover_of(work),
        offers=choices,
        chosen=chosen,
        together=_together(work, chosen, [works[pk] for pk in picks if pk in works]),
        related=cards(works[pk] for pk in related if pk in works),
        people=[person for person in people if person.biography or person.links.all()],
        shelves=[
            Shelf(
                author,
                cards(works[pk] for pk in by_author[author.pk][:BY_AUTHOR] if pk in works),
                len(by_author[author.pk]) > BY_AUTHOR,
            )
            for author in people
            if by_author.get(author.pk)
        ],
    )


def _chosen_works(work_id: int) -> tuple[list[int], list[int]]:
    """Return the works that staff recommend with this one, and those to read on with."""
    picks = ProductRecommendation.objects.filter(primary=work_id).values_list(
        Value("picks"), -F("ranking"), "recommendation"
    )
    related = RelatedWork.objects.filter(work=work_id).values_list(
        Value("related"), F("position"), "other"
    )
    chosen: dict[str, list[int]] = {"picks": [], "related": []}
    for kind, _, other in sorted(picks.union(related, all=True)):
        chosen[kind].append(other)
    return chosen["picks"], chosen["related"][:RELATED]


def _other_works_by_author(work_id: int) -> dict[int, list[int]]:
    """Return for each author of a work some of their other works, first published first."""
    authors = Contribution.objects.filter(work=work_id, role=Contribution.Role.AUTHOR)
    place = Window(
        RowNumber(),
        partition_by=F("contributor"),
        order_by=[F("work__first_published").asc(nulls_last=True), "work__sort_title"],
    )
    others = (
        Contribution.objects.filter(
            role=Contribution.Role.AUTHOR,
            contributor__in=authors.values("contributor"),
            work__in=Product.objects.works(),
        )
        .exclude(work=work_id)
        .annotate(place=place)
        .filter(place__lte=BY_AUTHOR + 1)
        .order_by("contributor", "place")
    )
    shelves: dict[int, list[int]] = {}
    for author, work in others.values_list("contributor", "work"):
        shelves.setdefault(author, []).append(work)
    return shelves


def _choose(choices: Sequence[Offer], edition_slug: str | None) -> Offer:
    if edition_slug is None:
        chosen = offers.default_offer(choices)
    else:
        chosen = next((one for one in choices if one.edition.slug == edition_slug), None)
    if chosen is None:
        raise Product.DoesNotExist
    return chosen


def _together(work: Product, chosen: Offer, picks: Sequence[Product]) -> list[Companion]:
    """Return this book and up to three others that can be bought now, or nothing."""
    found = [(pick, offers.default_offer(offers.offers(pick))) for pick in picks]
    buyable = [(pick, one) for pick, one in found if one and one.can_be_bought][:TOGETHER]
    if not (buyable and chosen.can_be_bought):
        return []
    return [
        Companion(book.title, book.get_absolute_url(), cover_of(book), one, book == work)
        for book, one in [(work, chosen), *buyable]
    ]
