"""A basket whose lines come with all that a page or an order needs of them."""

from typing import Any

from django.db.models import Prefetch
from oscar.apps.basket.abstract_models import AbstractBasket

from catalog.models import Contribution


class Basket(AbstractBasket):
    """Oscar's basket, loading its lines in a fixed number of queries."""

    def all_lines(self) -> Any:
        """Return the lines with edition, work, cover, people and stock, oldest first."""
        if self.id is None:
            return self.lines.model.objects.none()
        if self._lines is None:  # type: ignore[has-type]
            self._lines = (
                self.lines.select_related("product__parent", "stockrecord__partner")
                .prefetch_related(
                    "attributes",
                    "product__images",
                    "product__parent__images",
                    "product__parent__categories",
                    Prefetch(
                        "product__parent__contributions",
                        Contribution.objects.select_related("contributor"),
                    ),
                )
                .order_by("pk")
            )
        return self._lines

    @property
    def num_lines(self) -> int:
        """Count the lines without asking the database again."""
        return len(self.all_lines())


from oscar.apps.basket.models import *  # noqa: E402, F403  Oscar fills in the rest
