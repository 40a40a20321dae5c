"""Questions about interruptions."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q


class InterruptionQuerySet(models.QuerySet):
    """Filters for interruptions; every method can be chained."""

    def in_force(self, now: datetime) -> Self:
        """Keep those that have begun and not ended."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=now), starts_at__lte=now)

    def touching(self, country_code: str) -> Self:
        """Keep those for a country (ISO 3166-1 alpha-2) or for all."""
        return self.filter(Q(countries=None) | Q(countries=country_code)).distinct()
