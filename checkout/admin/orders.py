"""The list of orders, and the way to each order's pages."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from bookstore.money import in_words
from checkout import attention
from checkout.admin import asking, order_page, order_urls, paper_views
from checkout.admin.filters import AttentionFilter, PlacedFilter, StatusFilter
from checkout.admin.parts import Order, ReadOnly, day_and_hour
from checkout.admin.permissions import MAY_SEND, MAY_WORK


@admin.register(Order)
class OrderAdmin(ReadOnly):
    """Orders, newest first."""

    list_display = ["number", "placed", "who", "total", "status", "attention"]
    list_filter = [StatusFilter, AttentionFilter, PlacedFilter]
    list_select_related = ["user", "shipping_address"]
    search_fields = [
        "number",
        "guest_email",
        "user__email",
        "shipping_address__first_name",
        "shipping_address__last_name",
        "lines__title",
        "parcels__tracking_number__istartswith",
        "payment_attempts__intent_id__exact",
        "money_movements__id__exact",
    ]
    search_help_text = "Order number, e-mail, name, title, tracking number or Stripe's number"
    ordering = ["-date_placed", "-pk"]
    actions = ["ask_stripe_again", "begin_packing", "print_packing_slips"]

    def get_urls(self) -> list[Any]:
        """Add the pages on which staff do something with an order."""
        return [*order_urls.urls(self.admin_site), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Say of each order whether somebody has to look at it."""
        return attention.with_matters(super().get_queryset(request), now=timezone.now())

    def change_view(
        self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show an order; nothing of it is edited."""
        order = self.get_object(request, object_id)
        if not self.has_view_permission(request) or request.method not in {"GET", "HEAD"}:
            raise PermissionDenied
        if order is None:
            return super().change_view(request, object_id, *args, **kwargs)
        return order_page.show(request, order)

    @admin.display(description="date", ordering="date_placed")
    def placed(self, order: Any) -> str:
        """Return the day and the hour."""
        return day_and_hour(order.date_placed)

    @admin.display(description="reader")
    def who(self, order: Any) -> str:
        """Return the name on the parcel and the address of the mails."""
        email = order.guest_email or (order.user.email if order.user else "")
        name = order.shipping_address.name if order.shipping_address else ""
        return format_html("{}<br>{}", name, email) if name else email

    @admin.display(description="total", ordering="total_incl_tax")
    def total(self, order: Any) -> str:
        """Return what the order costs."""
        return in_words(order.total_incl_tax, order.currency)

    @admin.display(description="attention", empty_value="")
    def attention(self, order: Any) -> str:
        """Say why somebody has to look at it."""
        said = attention.words(order, now=timezone.now())
        items = format_html_join("", "<li>{}</li>", ((word,) for word in said))
        return format_html('<ul class="attention">{}</ul>', items) if said else ""

    def has_work_permission(self, request: HttpRequest) -> bool:
        """Allow whoever works with orders."""
        return request.user.has_perm(MAY_WORK)

    def has_send_permission(self, request: HttpRequest) -> bool:
        """Allow whoever sends parcels."""
        return request.user.has_perm(MAY_SEND)

    @admin.action(description="Ask Stripe again", permissions=["work"])
    def ask_stripe_again(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Read the payments of the chosen orders from Stripe and act on them."""
        if asking.too_many(request, queryset.count()):
            return
        words = {
            "one": "Stripe was asked about one order.",
            "many": "Stripe was asked about {} orders.",
        }
        done = asking.ask_stripe(queryset)
        asking.report(request, done, **words, logged="Asked Stripe again")

    @admin.action(description="Begin packing", permissions=["send"])
    def begin_packing(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Move the chosen orders that are paid to *In progress*."""
        if asking.too_many(request, queryset.count()):
            return
        words = {
            "one": "One order is being packed.",
            "many": "{} orders are being packed.",
        }
        done = asking.begin_packing(queryset)
        asking.report(request, done, **words, logged="Began packing")

    @admin.action(description="Print packing slips", permissions=["view"])
    def print_packing_slips(
        self, request: HttpRequest, queryset: QuerySet[Any]
    ) -> HttpResponse | None:
        """Show the packing slips of the chosen orders as one PDF."""
        return paper_views.packing_slips(request, queryset)
