"""Countries, to close one to parcels or open it again."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from oscar.core.loading import get_model

from shipping.admin.lists import ShippingAdmin


@admin.register(get_model("address", "Country"))
class CountryAdmin(ShippingAdmin):
    """Countries, to close one to parcels or open it again."""

    list_display = ["printable_name", "is_shipping_country", "zone"]
    list_filter = ["is_shipping_country"]
    search_fields = ["printable_name", "name"]
    ordering = ["printable_name"]
    fields = ["printable_name", "is_shipping_country"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Leave the list of countries to ISO 3166."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Keep the countries that orders were sent to."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Load what the list shows."""
        return super().get_queryset(request).prefetch_related("zones")

    @admin.display(description="zone")
    def zone(self, country: Any) -> str:
        """Name the zone."""
        return ", ".join(zone.name for zone in country.zones.all()) or "The rest of the world"
