"""Money that goes back: asked for by us, or by the reader's bank."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from checkout.models.payments import PaymentAttempt, shown


class RefundRequest(models.Model):
    """Money that we want to give back: committed before Stripe is asked."""

    class State(models.TextChoices):
        """How far Stripe is with it."""

        NEW = "new", "To be sent"
        PENDING = "pending", "On its way"
        SUCCEEDED = "succeeded", "Sent back"
        FAILED = "failed", "Failed"

    class Reason(models.TextChoices):
        """Why the money goes back."""

        READER = "reader", "The reader cancelled"
        STAFF = "staff", "Cancelled by us"
        RETURNED = "returned", "Books were sent back"
        DAMAGED = "damaged", "Lost or damaged"
        GOODWILL = "goodwill", "Goodwill"
        SOLD_OUT = "sold_out", "Sold out after all"
        HELD = "held", "The parcel cannot be sent"
        LATE = "late", "Paid after the order was cancelled"
        DOUBLE = "double", "Paid twice"

    UNDER_WAY = (State.NEW, State.PENDING)

    order = models.ForeignKey("order.Order", models.PROTECT, related_name="refund_requests")
    attempt = models.ForeignKey(PaymentAttempt, models.PROTECT, related_name="refund_requests")
    amount = models.PositiveBigIntegerField(help_text="In minor units.")
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=10, choices=Reason)
    note = models.TextField(blank=True, help_text="For staff.")
    has_shipping = models.BooleanField(
        "shipping", default=False, help_text="Whether it gives the shipping price back."
    )
    copies_come_back = models.BooleanField(
        default=True, help_text="Whether the copies can be sold again."
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    form_key = models.UUIDField(unique=True, help_text="Makes a second click harmless.")
    state = models.CharField(max_length=10, choices=State, default=State.NEW)
    refund_id = models.CharField(max_length=255, null=True, blank=True, unique=True)
    key_number = models.PositiveSmallIntegerField(
        default=0, help_text="Part of the idempotency key; raised when Stripe stored a 5xx."
    )
    broken_at = models.DateTimeField(
        null=True, blank=True, help_text="When Stripe last answered with a 5xx."
    )
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="something_to_refund"),
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(has_shipping=True) & ~Q(state="failed"),
                name="shipping_goes_back_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["changed_at"],
                condition=Q(state__in=["new", "pending"]),
                name="refunds_under_way",
            ),
        ]

    def __str__(self) -> str:
        return f"Refund of {self.price}"

    @property
    def price(self) -> str:
        """The amount as a reader sees it."""
        return shown(self.amount, self.currency)

    @property
    def is_for_sent_copies(self) -> bool:
        """Whether it is about copies that the reader has or had, or about none at all."""
        return self.reason in {self.Reason.RETURNED, self.Reason.DAMAGED, self.Reason.GOODWILL}

    @property
    def is_under_way(self) -> bool:
        """Whether Stripe has still to say how it ends."""
        return self.state in self.UNDER_WAY


class RefundLine(models.Model):
    """How many copies of a line a refund pays back."""

    request = models.ForeignKey(RefundRequest, models.CASCADE, related_name="lines")
    line = models.ForeignKey("order.Line", models.PROTECT, related_name="refund_lines")
    quantity = models.PositiveIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["request", "line"], name="a_line_once_a_refund"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="some_copies_refunded"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.line}"


class Dispute(models.Model):
    """A reader's bank asks for the money back; while it is open nothing is dispatched."""

    CLOSED = ("won", "lost", "warning_closed", "prevented")

    id = models.CharField(primary_key=True, max_length=255)
    order = models.ForeignKey("order.Order", models.PROTECT, related_name="disputes")
    intent_id = models.CharField(max_length=255, db_index=True)
    amount = models.PositiveBigIntegerField(help_text="In minor units.")
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=255, blank=True)
    status = models.CharField(max_length=255)
    answer_by = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["opened_at", "pk"]

    def __str__(self) -> str:
        return f"Dispute over {self.price}"

    @property
    def price(self) -> str:
        """The amount as a reader sees it."""
        return shown(self.amount, self.currency)

    @property
    def is_open(self) -> bool:
        """Whether the bank has still to decide."""
        return self.closed_at is None

    @property
    def is_inquiry(self) -> bool:
        """Whether the bank only asks, and has taken nothing."""
        return self.status.startswith("warning")

    @property
    def outcome(self) -> str:
        """How it ended, in words."""
        return {
            "won": "won, the money stays",
            "lost": "lost, the money is gone",
            "warning_closed": "the bank asked no further",
            "prevented": "prevented",
        }.get(self.status, self.status.replace("_", " "))
