"""How the list of orders is narrowed down."""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.contrib import admin
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from checkout import attention
from checkout.admin.parts import Order

NOT_SENSIBLE = "Please give a day between 2000 and 2100."
SENSIBLE = [
    MinValueValidator(date(2000, 1, 1), NOT_SENSIBLE),
    MaxValueValidator(date(2100, 1, 1), NOT_SENSIBLE),
]


class StatusFilter(admin.SimpleListFilter):
    """Choose orders by the shop's own statuses, in their order."""

    title = parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the statuses."""
        return [(status, status) for status in Order.all_statuses()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the orders of the chosen status."""
        return queryset.filter(status=self.value()) if self.value() else queryset


class AttentionFilter(admin.SimpleListFilter):
    """Choose the orders that somebody has to look at."""

    title = "attention needed"
    parameter_name = "attention"
    ANY = "needed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return any reason, and each."""
        reasons = attention.matters(now=timezone.now())
        return [(self.ANY, "For any reason"), *((each.name, each.words) for each in reasons)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the orders that need somebody for the chosen reason."""
        name = self.value() or ""
        if name not in dict(self.lookup_choices):
            return queryset
        chosen = "" if name == self.ANY else name
        return attention.needing(queryset, now=timezone.now(), name=chosen)


class DaysForm(forms.Form):
    """From one day to another, both included."""

    placed_from = forms.DateField(
        label="From",
        required=False,
        validators=SENSIBLE,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    placed_to = forms.DateField(
        label="To",
        required=False,
        validators=SENSIBLE,
        widget=forms.DateInput(attrs={"type": "date"}),
    )


class PlacedFilter(admin.ListFilter):
    """Choose orders by the days on which they were placed."""

    title = "date placed"
    template = "admin/order/placed_filter.html"
    names = tuple(DaysForm.base_fields)

    def __init__(
        self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any
    ) -> None:
        super().__init__(request, params, model, model_admin)
        given = {name: params.pop(name, [""])[-1] for name in self.names}
        self.used_parameters = {name: value for name, value in given.items() if value}
        self.form = DaysForm(given)
        self.kept = [
            (name, value)
            for name, values in request.GET.lists()
            for value in values
            if name not in {*self.names, "p", "e"}
        ]

    def has_output(self) -> bool:
        """Show it always."""
        return True

    def expected_parameters(self) -> list[str | None]:
        """Return the names of the days in the address."""
        return list(self.names)

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Return what the template needs: the other choices made, and how to drop these."""
        yield {
            "kept": self.kept,
            "everything": changelist.get_query_string(remove=list(self.names)),
        }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the orders of those days; a day that is none keeps all."""
        self.form.is_valid()
        first, last = (self.form.cleaned_data.get(name) for name in self.names)
        if first:
            queryset = queryset.filter(date_placed__gte=_moment(first, time.min))
        if last:
            queryset = queryset.filter(date_placed__lte=_moment(last, time.max))
        return queryset


def _moment(day: date, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, at))
