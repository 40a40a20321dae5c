"""Interruptions: notices to readers that parcels may not arrive, or are not taken."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from shipping import overlaps, preview, rules
from shipping.admin.lists import ShippingAdmin, countries_in_words
from shipping.forms import InterruptionForm
from shipping.models import Interruption

DAY = "%-d %b %Y"
REVIEW_DUE = "look at it again"
EVERYWHERE = (
    "This names no country, so it suspends parcels to all countries. If that is not meant, "
    "choose the countries."
)


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
class InterruptionAdmin(ShippingAdmin):
    """Notices to readers that parcels may not arrive."""

    form = InterruptionForm
    change_form_template = "admin/shipping/interruption/change_form.html"
    list_display = [
        "title",
        "effect",
        "countries_in_words",
        "is_in_force_now",
        "since",
        "until",
        "review",
    ]
    list_filter = [InForceFilter, "severity", "is_in_bar"]
    search_fields = ["title", "message", "countries__printable_name"]
    search_help_text = "A word of the notice, or a country"
    filter_horizontal = ["countries", "methods"]
    fieldsets = [
        (None, {"fields": ["title", "message", "is_in_bar"]}),
        ("What it does", {"fields": ["severity", "delay_days"]}),
        ("Where", {"fields": ["countries", "postcodes", "methods"]}),
        ("When", {"fields": ["starts_at", "ends_at", "review_on"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Interruption]:
        """Load what the list shows."""
        return super().get_queryset(request).prefetch_related("countries")

    def formfield_for_manytomany(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Load the zones that methods are named with."""
        field: Any = super().formfield_for_manytomany(db_field, request, **kwargs)
        if db_field.name == "methods" and field is not None:
            field.queryset = field.queryset.select_related("zone").order_by(
                "zone__position", "zone__name", "position", "name"
            )
        return field

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        """Show what readers see of it, and whom it affects."""
        interruption = kwargs.get("obj")
        if interruption is not None:
            context.update(_consequences(request, interruption))
        return super().render_change_form(request, context, *args, **kwargs)

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Any, change: bool
    ) -> None:
        """Warn whoever suspends parcels to the whole world, which an empty list does."""
        super().save_related(request, form, formsets, change)
        notice = form.instance
        is_suspension = notice.severity == rules.Severity.SUSPENDED
        if is_suspension and not notice.countries.exists():
            messages.warning(request, EVERYWHERE)

    @admin.display(description="what it does", ordering="severity")
    def effect(self, interruption: Interruption) -> str:
        """Say how bad it is, in a word."""
        severity: str = interruption.get_severity_display().partition(":")[0]
        if interruption.severity in rules.LENGTHENING and (days := interruption.delay_days):
            return f"{severity}, {days} day{'' if days == 1 else 's'} longer"
        return severity

    @admin.display(description="in force", boolean=True)
    def is_in_force_now(self, interruption: Interruption) -> bool:
        """Tell whether readers see it now."""
        return interruption.is_in_force(timezone.now())

    @admin.display(description="from", ordering="starts_at")
    def since(self, interruption: Interruption) -> str:
        """Say on which day it begins."""
        return f"{timezone.localtime(interruption.starts_at):{DAY}}"

    @admin.display(description="until", ordering="ends_at")
    def until(self, interruption: Interruption) -> str:
        """Say on which day it ends."""
        end = interruption.ends_at
        return f"{timezone.localtime(end):{DAY}}" if end else "further notice"

    @admin.display(description="countries")
    def countries_in_words(self, interruption: Interruption) -> str:
        """Name a few countries, and the region."""
        names = [country.printable_name for country in interruption.countries.all()]
        words = countries_in_words(names, none="All countries")
        only = ", ".join(interruption.postcodes)
        return f"{words}: {only}" if only else words

    @admin.display(description="review", ordering="review_on")
    def review(self, interruption: Interruption) -> str:
        """Say when to look at it again, marked once that day has come."""
        day, now = interruption.review_on, timezone.now()
        if day is None:
            return ""
        is_due = day <= timezone.localdate(now) and interruption.is_in_force(now)
        words = f"{day:{DAY}}"
        return f"\N{WARNING SIGN} {words}: {REVIEW_DUE}" if is_due else words


def _consequences(request: HttpRequest, interruption: Interruption) -> dict[str, Any]:
    in_force = Interruption.objects.in_force(timezone.now())
    others = in_force.exclude(pk=interruption.pk).order_by("pk").as_notices()
    shown = preview.of(
        interruption=interruption,
        country_code=request.GET.get("country", ""),
        postcode=request.GET.get("postcode", ""),
    )
    return {
        "preview": shown,
        "overlapping": [
            other for other in others if shown and overlaps.overlap(shown.notice, other)
        ],
        "is_in_force": interruption.is_in_force(timezone.now()),
    }
