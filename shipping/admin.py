"""Zones, methods with their rates, and interruptions in the admin."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from oscar.core.loading import get_model

from bookstore import money
from shipping.forms import InterruptionForm, MethodForm, ZoneForm
from shipping.models import Band, Interruption, Method, Zone

NO_RATES = "No rates: not offered to readers"
NAMES_SHOWN = 5


def countries_in_words(names: list[str], *, none: str) -> str:
    """Return the countries' names, or the first of them and how many more."""
    if len(names) > NAMES_SHOWN:
        return f"{', '.join(names[:NAMES_SHOWN])} and {len(names) - NAMES_SHOWN} more"
    return ", ".join(names) or none


@admin.register(get_model("address", "Country"))
class CountryAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not at run time
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


@admin.register(Zone)
class ZoneAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not at run time
    """Countries that cost the same."""

    form = ZoneForm
    list_display = ["name", "countries_in_words", "methods_in_words", "position"]
    search_fields = ["name", "countries__printable_name"]
    search_help_text = "A zone or a country"
    filter_horizontal = ["countries"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Zone]:
        """Load what the list shows."""
        return super().get_queryset(request).prefetch_related("countries", "methods__bands")

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


class BandInline(admin.TabularInline):  # type: ignore[type-arg]  # not at run time
    """The price for each weight."""

    model = Band
    extra = 1
    verbose_name_plural = "rates: what a parcel costs up to each weight"


@admin.register(Method)
class MethodAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not at run time
    """Ways to send, with their rates."""

    form = MethodForm
    list_display = ["name", "zone", "days", "rates"]
    list_filter = ["zone"]
    list_select_related = ["zone"]
    ordering = ["zone__position", "zone__name", "position", "name"]
    search_fields = ["name", "zone__name"]
    readonly_fields = ["code"]
    inlines = [BandInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Method]:
        """Load what the list shows."""
        return super().get_queryset(request).prefetch_related("bands")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show the code once there is one."""
        fields = list(MethodForm.Meta.fields)
        return [*fields, "code"] if obj else fields

    @admin.display(description="days", ordering="min_days")
    def days(self, method: Method) -> str:
        """Say how long a parcel takes."""
        return f"{method.min_days}-{method.max_days}"

    @admin.display(description="rates")
    def rates(self, method: Method) -> str:
        """Sum up the rates, or say that there are none."""
        bands = list(method.bands.all())
        if not bands:
            return f"\N{WARNING SIGN} {NO_RATES}"
        ends = dict.fromkeys([bands[0], bands[-1]])
        return " ... ".join(
            f"{money.in_words(band.price, settings.SHOP_CURRENCY)} up to {band.up_to_g:,} g"
            for band in ends
        )

    def save_model(self, request: HttpRequest, obj: Method, form: Any, change: bool) -> None:
        """Give a new method the code that orders will keep."""
        if not obj.code:
            obj.code = Method.objects.free_code(zone=obj.zone.name, name=obj.name)
        super().save_model(request, obj, form, change)

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Any, change: bool
    ) -> None:
        """Warn about a method that nobody will be offered."""
        super().save_related(request, form, formsets, change)
        # Asked anew: the instance remembers the rates from before they were saved.
        if not Band.objects.filter(method=form.instance).exists():
            warning = f"{form.instance} has no rates: readers are not offered it. Add one."
            messages.warning(request, warning)


class InForceFilter(admin.SimpleListFilter):
    """Narrow the list to what readers are told now."""

    title = "in force now"
    parameter_name = "in_force"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer yes and no."""
        return [("yes", "Yes"), ("no", "No")]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Interruption]:
        """Keep those in force, or the others."""
        in_force = queryset.in_force(timezone.now())
        if self.value() == "no":
            return queryset.exclude(pk__in=in_force.values("pk"))
        return in_force if self.value() == "yes" else queryset


@admin.register(Interruption)
class InterruptionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not at run time
    """Notices to readers that parcels may not arrive."""

    form = InterruptionForm
    list_display = [
        "title",
        "is_in_force_now",
        "starts_at",
        "until",
        "countries_in_words",
        "is_in_bar",
    ]
    list_filter = [InForceFilter, "is_in_bar"]
    search_fields = ["title", "message", "countries__printable_name"]
    search_help_text = "A word of the notice, or a country"
    filter_horizontal = ["countries"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Interruption]:
        """Load what the list shows."""
        return super().get_queryset(request).prefetch_related("countries")

    @admin.display(description="in force now", boolean=True)
    def is_in_force_now(self, interruption: Interruption) -> bool:
        """Tell whether readers see it now."""
        return interruption.is_in_force(timezone.now())

    @admin.display(description="until", ordering="ends_at", empty_value="further notice")
    def until(self, interruption: Interruption) -> Any:
        """Say when it ends."""
        return interruption.ends_at

    @admin.display(description="countries")
    def countries_in_words(self, interruption: Interruption) -> str:
        """Name a few countries."""
        names = [country.printable_name for country in interruption.countries.all()]
        return countries_in_words(names, none="All countries")
