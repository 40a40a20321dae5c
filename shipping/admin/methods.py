"""Methods: ways to send, with their rates."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest

from bookstore import money
from shipping.admin.deleting import would_widen
from shipping.admin.lists import ShippingAdmin
from shipping.forms import MethodForm
from shipping.models import Band, Method

NO_RATES = "No rates: not offered to readers"


class NamedCells(BaseInlineFormSet):  # type: ignore[type-arg]  # not at run time
    """Rows whose fields say their names, as the heads of columns do only to the eye."""

    def add_fields(self, form: Any, index: int | None) -> None:
        """Name each field after its column."""
        super().add_fields(form, index)
        for field in form.fields.values():
            field.widget.attrs["aria-label"] = field.label


class BandInline(admin.TabularInline):  # type: ignore[type-arg]  # not at run time
    """The price for each weight."""

    model = Band
    formset = NamedCells
    extra = 1
    verbose_name_plural = "rates: what a parcel costs up to each weight"


@admin.register(Method)
class MethodAdmin(ShippingAdmin):
    """Ways to send, with their rates."""

    form = MethodForm
    list_display = ["name", "zone", "days", "rates", "extras"]
    list_filter = ["zone"]
    list_select_related = ["zone"]
    ordering = ["zone__position", "zone__name", "position", "name"]
    search_fields = ["name", "zone__name"]
    search_help_text = "A method or a zone"
    readonly_fields = ["code"]
    filter_horizontal = ["excluded"]
    inlines = [BandInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Method]:
        """Load what the list shows."""
        return super().get_queryset(request).prefetch_related("bands", "excluded")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show the code once there is one."""
        fields = list(MethodForm.Meta.fields)
        return [*fields, "code"] if obj else fields

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Keep a method that an interruption is about."""
        deleted, counts, needed, protected = super().get_deleted_objects(objs, request)
        methods = Method.objects.filter(pk__in=[each.pk for each in objs])
        return deleted, counts, needed, [*protected, *would_widen(methods)]

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

    @admin.display(description="terms")
    def extras(self, method: Method) -> str:
        """Say what else the price depends on."""
        said = []
        if method.handling:
            said.append(f"{money.in_words(method.handling, settings.SHOP_CURRENCY)} an order")
        if method.free_from is not None:
            said.append(f"free from {money.in_words(method.free_from, settings.SHOP_CURRENCY)}")
        if names := [country.printable_name for country in method.excluded.all()]:
            said.append(f"not to {', '.join(names)}")
        return "; ".join(said)

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
