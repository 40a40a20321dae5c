"""Write which works a work recommends (list 51, relation 23: "if you liked this")."""

from collections.abc import Iterable, Mapping

from django.db import transaction
from oscar.core.loading import get_model

from catalog.models import Product

ProductRecommendation = get_model("catalogue", "ProductRecommendation")
BATCH = 500


def write_recommendations(recommended: Iterable[tuple[str, Iterable[str]]]) -> int:
    """Make works recommend others, the first named first; return how many are unknown.

    `recommended` pairs the ISBN of an edition with ISBNs of editions of other works; what
    the editions of a work recommend is put together. Works that are not in it stay as
    they are.
    """
    pairs = list(recommended)
    placed: list[tuple[int, int]] = []
    for start in range(0, len(pairs), BATCH):
        isbns = [isbn for isbn, _ in pairs[start : start + BATCH]]
        works = _works_of(isbns)
        placed += [(works[isbn], start + i) for i, isbn in enumerate(isbns) if isbn in works]
    unknown, batch = 0, dict[int, dict[str, None]]()
    for work, place in sorted(placed):
        if work not in batch and len(batch) == BATCH:
            unknown += _write_batch(batch)
            batch.clear()
        batch.setdefault(work, {}).update(dict.fromkeys(pairs[place][1]))
    return unknown + (_write_batch(batch) if batch else 0)


def _works_of(isbns: Iterable[str]) -> dict[str, int]:
    editions = Product.objects.filter(structure="child", upc__in=isbns)
    return dict(editions.values_list("upc", "parent_id"))


@transaction.atomic
def _write_batch(batch: Mapping[int, Iterable[str]]) -> int:
    works = _works_of({isbn for named in batch.values() for isbn in named})
    existing: dict[int, dict[int, int]] = {}
    links = ProductRecommendation.objects.filter(primary_id__in=batch)
    for primary, other, ranking in links.values_list("primary", "recommendation", "ranking"):
        existing.setdefault(primary, {})[other] = ranking
    changed, added = [], []
    for work, named in batch.items():
        others = dict.fromkeys(works[isbn] for isbn in named if works.get(isbn, work) != work)
        wanted = {other: len(others) - place for place, other in enumerate(others)}
        if wanted and wanted != existing.get(work):
            changed.append(work)
            added += [
                ProductRecommendation(primary_id=work, recommendation_id=other, ranking=ranking)
                for other, ranking in wanted.items()
            ]
    ProductRecommendation.objects.filter(primary_id__in=changed).delete()
    ProductRecommendation.objects.bulk_create(added)
    return sum(isbn not in works for named in batch.values() for isbn in named)
