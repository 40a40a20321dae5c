"""What an edition has to do with others."""

from catalog.models import Product
from catalog.onix import codes
from catalog.onix.export.elements import Element, part
from catalog.onix.export.identity import product_identifier, work_identifier

OTHER_FORMAT = "06"  # list 51


def related_material(edition: Product, work: Product) -> Element | None:
    """Return the work, its other editions, and the books bought together with it."""
    others = [other for other in work.shown_editions if other.pk != edition.pk]
    picks = [
        (next(iter(link.recommendation.shown_editions)), link.recommendation)
        for link in work.primary_recommendations.all()
        if link.recommendation.shown_editions and link.recommendation_id != work.pk
    ]
    return part(
        "RelatedMaterial",
        part(
            "RelatedWork",
            part("WorkRelationCode", codes.MANIFESTATION),
            work_identifier(work),
        ),
        *(_related(OTHER_FORMAT, other, work) for other in others),
        *(_related(codes.SIMILAR, pick, picked) for pick, picked in picks),
    )


def _related(relation: str, edition: Product, work: Product) -> Element | None:
    return part(
        "RelatedProduct",
        part("ProductRelationCode", relation),
        product_identifier(edition, work),
    )
