"""All that the page of a book shows, loaded in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from catalog import shelves, together
from catalog.covers import Cover, cover_of
from catalog.models import Contributor, Product
from catalog.pricing import offers
from catalog.pricing.offers import Offer
from catalog.shelves import Shelf
from catalog.together import Companion


@dataclass(frozen=True)
class BookPage:
    """A work, the edition chosen, and what stands around them."""

    work: Product
    cover: Cover
    offers: Sequence[Offer]
    chosen: Offer
    this: Companion
    companions: Sequence[Companion]
    people: Sequence[Contributor]
    shelves: Sequence[Shelf]


def load(*, slug: str, edition_slug: str | None = None) -> BookPage:
    """Return the page of a work, at one edition or at the one a reader sees first.

    :raises Product.DoesNotExist: if readers may see no such work or edition.
    """
    work_id = Product.objects.works().values_list("pk", flat=True).get(slug=slug)
    around = shelves.around(work_id=work_id)
    beside = together.candidates(work_id=work_id)
    loaded = Product.objects.works().filter(pk__in={work_id, *beside, *around.works})
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
        this=Companion(work, cover_of(work), chosen),
        companions=together.companions(chosen=chosen, works=works, reasons=beside),
        people=[person for person in people if person.biography or person.links.all()],
        shelves=shelves.shelves(found=around, work=work, people=people, works=works),
    )


def _choose(choices: Sequence[Offer], edition_slug: str | None) -> Offer:
    if edition_slug is None:
        chosen = offers.default_offer(choices)
    else:
        chosen = next((one for one in choices if one.edition.slug == edition_slug), None)
    if chosen is None:
        raise Product.DoesNotExist
    return chosen
