"""Questions the shop asks of its books."""

from datetime import datetime
from typing import Self

from django.apps import apps
from django.db.models import Prefetch, Q
from django.utils import timezone
from oscar.apps.catalogue.managers import ProductQuerySet


def _announced(now: datetime | None, *, work: str = "") -> Q:
    """Return the one rule for what is announced; `work` leads from an edition to its work."""
    announced_at = f"{work}announced_at"
    since = {f"{announced_at}__lte": now or timezone.now()}
    return Q(**{f"{announced_at}__isnull": True}) | Q(**since)


class BookQuerySet(ProductQuerySet):
    """Filters and loads for works and editions; every method can be chained."""

    def works(self, *, now: datetime | None = None) -> Self:
        """Keep the works that readers may see, each with an edition that they may see."""
        public = self.model._default_manager.filter(structure="child").shown(now=now)
        works = self.filter(structure="parent", pk__in=public.values("parent"))
        return works.shown(now=now)

    def editions(self, *, now: datetime | None = None) -> Self:
        """Keep the editions that readers may see, hardcover to audio, newest first."""
        public = Q(parent__is_public=True) & _announced(now, work="parent__")
        return self.filter(public, structure="child").shown(now=now)

    def shown(self, *, now: datetime | None = None) -> Self:
        """Keep what is public and announced; of an edition this does not ask its work."""
        return self.filter(_announced(now), is_public=True)

    def unweighed(self) -> Self:
        """Keep the printed editions still sold whose weight nobody has entered."""
        printed = self.exclude(publication_type__in=self.model.DIGITAL)
        sold = printed.exclude(status=self.model.Status.WITHDRAWN)
        return sold.exclude(weight_g__gt=0)

    def without_file(self) -> Self:
        """Keep the digital editions still sold that have no file to give to readers."""
        digital = self.filter(publication_type__in=self.model.DIGITAL, files=None)
        return digital.exclude(status=self.model.Status.WITHDRAWN)

    def for_cards(self) -> Self:
        """Load all that `components/book_card.html` shows, in a fixed number of queries."""
        contributions = apps.get_model("catalogue", "Contribution").objects
        editions = self.model._default_manager.shown().select_related("imprint")
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
