"""Zones: countries that cost the same."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import path

from shipping.admin import table, tester
from shipping.admin.deleting import would_widen
from shipping.admin.lists import ShippingAdmin, countries_in_words
from shipping.forms import ZoneForm
from shipping.models import Method, Zone


@admin.register(Zone)
class ZoneAdmin(ShippingAdmin):
    """Countries that cost the same; the pages about all rates hang here, too."""

    form = ZoneForm
    list_display = ["name", "countries_in_words", "methods_in_words", "position"]
    search_fields = ["name", "countries__printable_name"]
    search_help_text = "A zone or a country"
    filter_horizontal = ["countries"]

    def get_urls(self) -> list[Any]:
        """Add the tester, the table of rates and the list of problems."""
        view = self.admin_site.admin_view
        return [
            path("try/", view(tester.page), name="shipping_try"),
            path("problems/", view(self.problems_page), name="shipping_problems"),
            path("rates.csv", view(table.export), name="shipping_rates_export"),
            path("rates/", view(table.page), name="shipping_rates_import"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Zone]:
        """Load what the list shows."""
        return super().get_queryset(request).prefetch_related("countries", "methods__bands")

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Keep a zone whose methods an interruption is about."""
        deleted, counts, needed, protected = super().get_deleted_objects(objs, request)
        methods = Method.objects.filter(zone__in=objs)
        return deleted, counts, needed, [*protected, *would_widen(methods)]

    @admin.display(description="countries")
    def countries_in_words(self, zone: Zone) -> str:
        """Name a few countries."""
        names = [country.printable_name for country in zone.countries.all()]
        return countries_in_words(names, none="All that no other zone names")

    @admin.display(description="methods")
    def methods_in_words(self, zone: Zone) -> str:
        """Name the methods that readers are offered."""
        offered = [method.name for method in zone.methods.all() if method.bands.all()]
        return ", ".join(offered) or "None: readers there cannot order print books"
