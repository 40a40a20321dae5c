"""Questions the shop asks of its books."""

from typing import Self

from django.apps import apps
from django.db.models import Prefetch
from oscar.apps.catalogue.managers import ProductQuerySet


class BookQuerySet(ProductQuerySet):
    """Filters and loads for works and editions; every method can be chained."""

    def works(self) -> Self:
        """Keep the works that readers may see: public, with an edition that is."""
        return self.filter(
            structure="parent", is_public=True, pk__in=self._parents_of_public_editions()
        )

    def editions(self) -> Self:
        """Keep the editions that readers may see, hardcover to audio, newest first."""
        return self.filter(structure="child", is_public=True, parent__is_public=True)

    def unweighed(self) -> Self:
        """Keep the printed editions still sold whose weight nobody has entered."""
        printed = self.exclude(publication_type__in=self.model.DIGITAL)
        sold = printed.exclude(status=self.model.Status.WITHDRAWN)
        return sold.exclude(weight_g__gt=0)

    def _parents_of_public_editions(self) -> Self:
        children = self.model._default_manager.filter(structure="child", is_public=True)
        return children.values("parent")

    def for_cards(self) -> Self:
        """Load all that `components/book_card.html` shows, in a fixed number of queries."""
        contributions = apps.get_model("catalogue", "Contribution").objects
        editions = self.model._default_manager.filter(is_public=True).select_related("imprint")
        return self.prefetch_related(
            Prefetch("contributions", contributions.select_related("contributor")),
            Prefetch("children", editions.prefetch_related("stockrecords").order_by("pk")),
            "images",
            "categories",
        )

    def for_feed(self) -> Self:
        """Load all that an entry of a feed tells, in two queries."""
        contributions = apps.get_model("catalogue", "Contribution").objects
        return self.prefetch_related(
            Prefetch("contributions", contributions.select_related("contributor")), "images"
        )
