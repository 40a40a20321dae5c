"""What the pages of the orders' admin share."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from oscar.core.loading import get_model

Order = get_model("order", "Order")
STYLES = {"all": ["css/admin.css"]}


class ReadOnly(admin.ModelAdmin[Any]):
    """Show and change nothing, to staff who may see orders."""

    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    actions: Any = None

    class Media:
        css = STYLES

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Allow whoever may see orders."""
        return request.user.has_perm("order.view_order")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Leave the adding to the shop."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Leave the changing to the shop."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Keep everything that has to do with money."""
        return False

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Show the list; PostgreSQL knows no NUL, so that no list is asked for one."""
        if any("\0" in value for values in request.GET.lists() for value in values[1]):
            return redirect(request.path)
        return super().changelist_view(request, *args, **kwargs)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Allow what the filters ask for: some other lookups end in a failure."""
        allowed: set[str] = set()
        for each in self.get_list_filter(request):
            if isinstance(each, str):
                allowed |= {each, f"{each}__exact", f"{each}__isnull"}
            elif issubclass(each, admin.SimpleListFilter):  # type: ignore[arg-type]
                allowed.add(str(each.parameter_name))  # type: ignore[union-attr]
            else:
                allowed |= set(each.names)  # type: ignore[union-attr]
        return lookup in allowed


class OfAnOrder(ReadOnly):
    """Rows that belong to an order, linked to it."""

    list_select_related = ["order"]

    @admin.display(description="order", ordering="order__number")
    def order_link(self, row: Any) -> str:
        """Lead to the order's page."""
        return link_to(row.order) if row.order else ""

    @admin.display(description="since", ordering="created_at")
    def since(self, row: Any) -> str:
        """Return when it began."""
        return day_and_hour(row.created_at)


def day_and_hour(at: datetime) -> str:
    """Return a moment in few letters."""
    return formats.date_format(timezone.localtime(at), "j M Y, H:i")


def link_to(order: Any) -> SafeString:
    """Return a link to an order's page in the admin."""
    return format_html('<a href="{}">{}</a>', page_of(order), order.number)


def page_of(order: Any) -> str:
    """Return the address of an order's page in the admin."""
    return reverse("admin:order_order_change", args=[order.pk])


def log(request: HttpRequest, orders: QuerySet[Any] | list[Any], words: str) -> None:
    """Write down who did what with orders, and when."""
    staff: Any = request.user
    LogEntry.objects.log_actions(staff.pk, orders, CHANGE, words)
