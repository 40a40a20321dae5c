"""Write which works a work recommends (list 51, relation 23: "if you liked this")."""

from collections.abc import Iterable, Mapping

from django.db import transaction
from oscar.core.loading import get_model

from catalog.models import Product

ProductRecommendation = get_model("catalogue", "ProductRecommendation")
BATCH = 500


def write_recommendations(recommended: Mapping[int, Iterable[str]]) -> int:
    """Make works recommend others, the first named first; return how many are unknown.

    `recommended` maps works to ISBNs of editions of other works. Recommendations of
    works that are not in it stay as they are.
    """
    unknown = 0
    works = sorted(recommended)
    for start in range(0, len(works), BATCH):
        batch = {work: list(recommended[work]) for work in works[start : start + BATCH]}
        unknown += _write_batch(batch)
    return unknown


@transaction.atomic
def _write_batch(batch: Mapping[int, list[str]]) -> int:
    isbns = {isbn for named in batch.values() for isbn in named}
    editions = Product.objects.filter(structure="child", upc__in=isbns)
    works = dict(editions.values_list("upc", "parent_id"))
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
