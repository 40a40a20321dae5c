"""Orders as staff see them: everything to read, nothing to overwrite."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html_join
from oscar.core.loading import get_model

from bookstore.money import in_words
from checkout import addresses, gateway, locks, payments
from checkout.models import MoneyMovement, OrderMail, PaymentAttempt

Order = get_model("order", "Order")
Line = get_model("order", "Line")
Note = get_model("order", "OrderNote")
StatusChange = get_model("order", "OrderStatusChange")
Transaction = get_model("payment", "Transaction")


class ReadOnly:
    """Show and change nothing, to staff who may see orders."""

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Allow whoever may see orders."""
        return request.user.has_perm("order.view_order")

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Leave the adding to the shop."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Leave the changing to the shop."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Keep everything that has to do with money."""
        return False


class Inline(ReadOnly, admin.TabularInline[Any, Any]):
    """Rows below an order."""

    extra = 0
    can_delete = False


class LineInline(Inline):
    """What was bought."""

    model = Line
    verbose_name_plural = "books"
    fields = readonly_fields = ("title", "kind", "isbn", "quantity", "each", "sum", "held")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Load the editions and the currency with the lines."""
        return super().get_queryset(request).select_related("product", "order")

    @admin.display(description="publication type")
    def kind(self, line: Any) -> str:
        """Return the edition's form, if it still exists."""
        return line.product.get_publication_type_display() if line.product else ""

    @admin.display(description="ISBN")
    def isbn(self, line: Any) -> str:
        """Return the ISBN that was sold."""
        return line.upc or ""

    @admin.display(description="price")
    def each(self, line: Any) -> str:
        """Return the price of one copy."""
        return in_words(line.unit_price_incl_tax, line.order.currency)

    @admin.display(description="together")
    def sum(self, line: Any) -> str:
        """Return the price of the line."""
        return in_words(line.line_price_incl_tax, line.order.currency)

    @admin.display(description="copies held")
    def held(self, line: Any) -> int:
        """Return how many copies are promised."""
        return int(line.num_allocated)


class AttemptInline(Inline):
    """The tries to pay."""

    model = PaymentAttempt
    verbose_name_plural = "payments"
    fields = readonly_fields = (
        "number",
        "state",
        "price",
        "created_at",
        "expires_at",
        "changed_at",
        "note",
    )


class MovementInline(Inline):
    """The money that came and went."""

    model = MoneyMovement
    verbose_name_plural = "money"
    fields = readonly_fields = ("recorded_at", "kind", "price", "reference")

    @admin.display(description="at Stripe")
    def reference(self, movement: MoneyMovement) -> str:
        """Return the name under which Stripe's dashboard finds it."""
        return movement.pk


class StatusInline(Inline):
    """What the order went through."""

    model = StatusChange
    verbose_name_plural = "history"
    fields = readonly_fields = ("date_created", "old_status", "new_status")


class MailInline(Inline):
    """What the reader was written."""

    model = OrderMail
    verbose_name_plural = "mails"
    fields = readonly_fields = ("kind", "created_at", "sent_at", "tries", "error")


class NoteInline(Inline):
    """What staff wrote."""

    model = Note
    verbose_name_plural = "notes"
    fields = readonly_fields = ("date_created", "user", "message")


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

    title = parameter_name = "attention"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the one choice."""
        return [("needed", "Needs attention")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the orders with a payment that nobody could make sense of."""
        return queryset.filter(needs_attention=True) if self.value() else queryset


@admin.register(Order)
class OrderAdmin(ReadOnly, admin.ModelAdmin[Any]):
    """Orders, newest first."""

    list_display = ["number", "date_placed", "who", "total", "status", "attention"]
    list_filter = [StatusFilter, AttentionFilter, "date_placed"]
    list_select_related = ["user", "shipping_address"]
    list_per_page = 50
    search_fields = [
        "number",
        "guest_email",
        "user__email",
        "shipping_address__first_name",
        "shipping_address__last_name",
        "lines__title",
    ]
    search_help_text = "Order number, e-mail, name or title"
    ordering = ["-date_placed", "-pk"]
    actions = ["ask_stripe_again"]
    fields = [
        "number",
        "status",
        "date_placed",
        "who",
        "address",
        "shipping_method",
        "shipping",
        "total",
        "bookkeeping",
    ]
    inlines = [
        LineInline,
        AttemptInline,
        MovementInline,
        StatusInline,
        MailInline,
        NoteInline,
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Say of each order whether somebody has to look at it."""
        review = PaymentAttempt.objects.filter(
            order=OuterRef("pk"), state=PaymentAttempt.State.REVIEW
        )
        return super().get_queryset(request).annotate(needs_attention=Exists(review))

    @admin.display(description="reader")
    def who(self, order: Any) -> str:
        """Return the name on the parcel and the address of the mails."""
        email = order.guest_email or (order.user.email if order.user else "")
        name = order.shipping_address.name if order.shipping_address else ""
        return f"{name} <{email}>" if name else email

    @admin.display(description="total", ordering="total_incl_tax")
    def total(self, order: Any) -> str:
        """Return what the order costs."""
        return in_words(order.total_incl_tax, order.currency)

    @admin.display(description="shipping price")
    def shipping(self, order: Any) -> str:
        """Return what the parcel costs."""
        return in_words(order.shipping_incl_tax, order.currency)

    @admin.display(description="attention", boolean=True, ordering="needs_attention")
    def attention(self, order: Any) -> bool | None:
        """Mark the orders that somebody has to look at."""
        return False if order.needs_attention else None

    @admin.display(description="address")
    def address(self, order: Any) -> str:
        """Return where the parcel goes."""
        found = order.shipping_address
        lines = addresses.lines(found) if found else ["No parcel"]
        return format_html_join("", "{}<br>", ((line,) for line in lines))

    @admin.display(description="bookkeeping")
    def bookkeeping(self, order: Any) -> str:
        """Return what Oscar's books say, oldest first."""
        found = Transaction.objects.filter(source__order=order).order_by("date_created", "pk")
        rows = (
            (f"{row.date_created:%Y-%m-%d %H:%M} UTC", row.txn_type, row.amount, row.reference)
            for row in found
        )
        return format_html_join("", "{}: {} {} ({})<br>", rows) or "Nothing yet"

    @admin.action(description="Ask Stripe again", permissions=["view"])
    def ask_stripe_again(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Read the payments of the chosen orders from Stripe and act on them."""
        asked = 0
        for attempt in PaymentAttempt.objects.filter(order__in=queryset).exclude(
            session_id=None
        ):
            try:
                payments.sync(attempt=attempt, now=timezone.now())
            except (gateway.Unreachable, gateway.Refused, locks.Busy) as reason:
                words = f"{attempt}: Stripe could not be asked ({reason})."
                self.message_user(request, words, messages.ERROR)
            else:
                asked += 1
        self.message_user(request, f"Stripe was asked about {asked} payments.")
