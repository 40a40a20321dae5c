"""Questions about zones, methods and interruptions."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import models
from django.db.models import Case, Count, Exists, OuterRef, Q, Value, When
from django.utils.text import slugify
from oscar.core.loading import get_model

from shipping.rules import Notice, Severity


class ZoneQuerySet(models.QuerySet[Any]):
    """Filters and loads for zones; every method can be chained."""

    def rest_of_the_world(self) -> Self:
        """Keep the zones that name no country and so take all the others."""
        return self.filter(countries=None)

    def for_country(self, country_code: str) -> Self:
        """Keep those that may serve a country, if parcels go there; mark who names it."""
        country = get_model("address", "Country").objects.filter(
            pk=country_code, is_shipping_country=True
        )
        names = self.model.countries.through.objects.filter(zone=OuterRef("pk"))
        zones = self.annotate(is_named=Exists(names.filter(country=country_code)))
        return zones.filter(Q(is_named=True) | ~Exists(names), Exists(country))

    def with_rates(self) -> Self:
        """Load methods, bands and exclusions, in three more queries."""
        return self.prefetch_related("methods__bands", "methods__excluded")


class MethodQuerySet(models.QuerySet[Any]):
    """Questions about shipping methods."""

    def for_country(self, country_code: str) -> Self:
        """Keep those of the zone that serves a country, its bands loaded; two queries.

        Of a country that no zone names, those of the zones that name none.
        """
        names = self.model.zone.field.related_model.countries.through.objects
        here = names.filter(zone=OuterRef("zone"), country=country_code)
        anywhere = names.filter(zone=OuterRef("zone"))
        named = names.filter(country=country_code)
        not_here = self.model.excluded.through.objects.filter(
            method=OuterRef("pk"), country=country_code
        )
        methods = self.filter(Exists(here) | (~Exists(anywhere) & ~Exists(named)))
        return (
            methods.annotate(is_excluded=Exists(not_here))
            .select_related("zone")
            .prefetch_related("bands")
            .order_by("zone__position", "zone__name", "position", "name")
        )

    def free_code(self, *, zone: str, name: str) -> str:
        """Return a code that no method has yet, made of the zone's and method's names."""
        code = slugify(f"{zone} {name}")[:40] or "method"
        taken = set(self.filter(code__startswith=code).values_list("code", flat=True))
        numbered = (f"{code}-{number}" for number in range(2, len(taken) + 3))
        return next(c for c in [code, *numbered] if c not in taken)


class InterruptionQuerySet(models.QuerySet[Any]):
    """Filters for interruptions; every method can be chained."""

    def in_force(self, now: datetime) -> Self:
        """Keep those that have begun and not ended."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=now), starts_at__lte=now)

    def about_no_other_than(self, methods: Iterable[int]) -> Self:
        """Keep those that name some of these methods (keys) and no other.

        Without a method an interruption is about all of them: deleting the last one that
        a suspension names would suspend everything. That holds for one that is over, too,
        as it may be given another end. The database refuses it as well.
        """
        gone = list(methods)
        named = self.model.methods.through.objects.filter(interruption=OuterRef("pk"))
        others = named.exclude(method__in=gone)
        return self.filter(Exists(named.filter(method__in=gone)), ~Exists(others))

    def touching(self, country_code: str) -> Self:
        """Keep those for a country (ISO 3166-1 alpha-2) or for all."""
        names = self.model.countries.through.objects.filter(interruption=OuterRef("pk"))
        return self.filter(Exists(names.filter(country=country_code)) | ~Exists(names))

    def as_notices(self) -> list[Notice]:
        """Return them as the rules need them, in one query."""
        gathered = self.annotate(
            country_codes=ArrayAgg(
                "countries", distinct=True, filter=Q(countries__isnull=False), default=Value([])
            ),
            method_codes=ArrayAgg(
                "methods__code",
                distinct=True,
                filter=Q(methods__isnull=False),
                default=Value([]),
            ),
        )
        return [
            Notice(
                id=each.pk,
                title=each.title,
                message=each.message,
                severity=Severity(each.severity),
                countries=frozenset(each.country_codes),
                postcodes=tuple(each.postcodes),
                methods=frozenset(each.method_codes),
                ends_at=each.ends_at,
                delay_days=each.delay_days,
            )
            for each in gathered
        ]

    def worst_first(self) -> Self:
        """Put the most severe first; of these, those for all countries, then for most."""
        counted = self.alias(named=Count("countries"))
        ranks = [When(severity=each.value, then=Value(each.rank)) for each in Severity]
        everywhere_first = Case(When(named=0, then=Value(0)), default=Value(1))
        return counted.order_by(
            Case(*ranks, default=Value(0)).desc(),
            everywhere_first,
            "-named",
            "-starts_at",
            "-pk",
        )


def _gathered(path: str) -> ArrayAgg:
    """Return the different values at the end of a relation, an empty array for none."""
    present = Q((f"{path}__isnull", False))
    return ArrayAgg(path, distinct=True, filter=present, default=Value([]))
