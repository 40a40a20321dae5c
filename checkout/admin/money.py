"""What went back, what is disputed, what was sent, and what Stripe's books say: to read."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from checkout.admin.parts import OfAnOrder, ReadOnly
from checkout.models import Dispute, Parcel, RefundRequest, StripeComparison


@admin.register(RefundRequest)
class RefundRequestAdmin(OfAnOrder):
    """Refunds, newest first."""

    list_display = ["since", "order_link", "price", "reason", "state", "asked_by"]
    list_filter = ["state", "reason"]
    list_select_related = ["order", "asked_by"]
    search_fields = ["order__number", "refund_id"]
    search_help_text = "Order number or Stripe's name of the refund"
    ordering = ["-created_at", "-pk"]
    fields = (
        *("created_at", "order_link", "price", "reason", "note", "copies_come_back"),
        *("state", "asked_by", "refund_id", "error", "changed_at"),
    )


@admin.register(Dispute)
class DisputeAdmin(OfAnOrder):
    """Disputes, the ones to be answered first."""

    list_display = ["opened_at", "order_link", "price", "reason", "status", "answer_by"]
    list_filter = ["status"]
    search_fields = ["order__number", "id"]
    search_help_text = "Order number or Stripe's name of the dispute"
    ordering = ["-opened_at", "-pk"]
    fields = (
        *("id", "order_link", "price", "reason", "status"),
        *("opened_at", "answer_by", "closed_at"),
    )


@admin.register(Parcel)
class ParcelAdmin(OfAnOrder):
    """Parcels, newest first."""

    list_display = ["sent_at", "order_link", "carrier", "tracking_number", "copies", "sent_by"]
    list_select_related = ["order", "sent_by"]
    search_fields = ["order__number", "tracking_number"]
    search_help_text = "Order or tracking number"
    ordering = ["-sent_at", "-pk"]
    fields = (
        *("sent_at", "order_link", "copies", "carrier"),
        *("tracking_number", "tracking_url", "sent_by"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Load what is in them."""
        return super().get_queryset(request).prefetch_related("lines__line")

    @admin.display(description="copies")
    def copies(self, parcel: Parcel) -> str:
        """Say what is in it."""
        return ", ".join(f"{each.quantity} of {each.line.title}" for each in parcel.lines.all())


@admin.register(StripeComparison)
class StripeComparisonAdmin(ReadOnly):
    """The days on which Stripe's books were compared with ours."""

    list_display = ["on_date", "began_at", "finished_at", "payments", "differences"]
    ordering = ["-on_date"]
    fields = ("on_date", "began_at", "finished_at", "payments", "differences")
