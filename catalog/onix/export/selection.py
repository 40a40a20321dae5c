"""Which editions go into a message, loaded in a fixed number of queries a chunk."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet
from oscar.core.loading import get_model

from catalog.models import Category, Contribution, Contributor, Product

ProductCategory = get_model("catalogue", "ProductCategory")
ProductRecommendation = get_model("catalogue", "ProductRecommendation")

CHUNK = 200


class NothingOfThatName(Exception):
    """A subject or an ISBN that the export was asked for is not there."""


@dataclass(frozen=True)
class Selection:
    """A choice of editions; every condition given must hold."""

    isbns: Collection[str] = ()
    subjects: Collection[str] = ()
    """Slugs or Thema codes; the subjects below them count, too."""
    work_ids: Collection[int] | None = None
    with_hidden: bool = False
    """Whether editions and works that readers do not see are taken."""

    def works(self) -> Iterator[Product]:
        """Yield the works in the order they came into the catalogue.

        `chosen_editions` of each are to be exported, `shown_editions` may be named.

        :raises NothingOfThatName: if there is no such subject, or no such edition to take.
        """
        editions = self._editions().select_related("imprint")
        chosen = self._chosen(editions)
        picks = ProductRecommendation.objects.order_by("-ranking", "recommendation_id")
        links = ProductCategory.objects.order_by("pk").select_related("category")
        parts = Contribution.objects.select_related("contributor")
        works = Product.objects.filter(
            structure=Product.PARENT, pk__in=chosen.values("parent")
        ).select_related("series")
        loaded = works.order_by("pk").prefetch_related(
            Prefetch(
                "children",
                editions.order_by("pk").prefetch_related("stockrecords"),
                to_attr="shown_editions",
            ),
            Prefetch("contributions", parts.prefetch_related("contributor__links")),
            Prefetch("productcategory_set", links),
            "images",
            Prefetch("about", Contributor.objects.order_by("sort_name", "name", "pk")),
            Prefetch(
                "primary_recommendations",
                picks.select_related("recommendation").prefetch_related(
                    Prefetch(
                        "recommendation__children",
                        self._editions().order_by("pk"),
                        to_attr="shown_editions",
                    )
                ),
            ),
        )
        for work in loaded.iterator(chunk_size=CHUNK):
            work.chosen_editions = [
                edition
                for edition in work.shown_editions
                if not self.isbns or edition.upc in self.isbns
            ]
            yield work

    def _editions(self) -> QuerySet[Product]:
        if self.with_hidden:
            return Product.objects.filter(structure=Product.CHILD)
        return Product.objects.editions()

    def _chosen(self, editions: QuerySet[Product]) -> QuerySet[Product]:
        if self.isbns:
            found = set(editions.filter(upc__in=self.isbns).values_list("upc", flat=True))
            missing = sorted(set(self.isbns) - found)
            if missing:
                hidden = "" if self.with_hidden else " that readers see"
                message = f"no edition{hidden} has the ISBN {', '.join(missing)}"
                raise NothingOfThatName(message)
            editions = editions.filter(upc__in=self.isbns)
        if self.subjects:
            links = ProductCategory.objects.filter(
                category__in=_with_those_below(self.subjects)
            )
            editions = editions.filter(parent__in=links.values("product"))
        if self.work_ids is not None:
            editions = editions.filter(parent__in=self.work_ids)
        return editions


def _with_those_below(names: Collection[str]) -> QuerySet[Category]:
    below = Q()
    for name in names:
        subject = Category.objects.filter(Q(slug=name) | Q(code=name)).first()
        if subject is None:
            message = f"no subject has the address or Thema code {name}"
            raise NothingOfThatName(message)
        below |= Q(path__startswith=subject.path)
    return Category.objects.filter(below)
