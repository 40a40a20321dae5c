"""What passed between the shop and Stripe.

Oscar's Source, Transaction and PaymentEvent hold the books; these tables hold what
makes each effect happen once.
"""

from django.db import models
from django.db.models import Q

from bookstore.money import from_minor_units, in_words


class PaymentAttempt(models.Model):
    """One try to pay one order on a page of Stripe's (a Checkout Session)."""

    class State(models.TextChoices):
        """Where the attempt stands; a failed card leaves it open."""

        NEW = "new", "Not yet at Stripe"
        OPEN = "open", "Waiting for the reader"
        PROCESSING = "processing", "The bank is working on it"
        PAID = "paid", "Paid"
        FAILED = "failed", "Failed"
        EXPIRED = "expired", "Expired"
        REVIEW = "review", "Needs attention"

    LIVE = (State.NEW, State.OPEN, State.PROCESSING)

    order = models.ForeignKey("order.Order", models.PROTECT, related_name="payment_attempts")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.NEW)
    amount = models.PositiveBigIntegerField(help_text="In minor units.")
    currency = models.CharField(max_length=3)
    livemode = models.BooleanField()
    session_id = models.CharField(max_length=255, null=True, blank=True, unique=True)
    intent_id = models.CharField(max_length=255, null=True, blank=True, unique=True)
    page_url = models.TextField(blank=True)
    note = models.TextField(blank=True, help_text="What staff should know about it.")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["order", "number"]
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="one_attempt_a_number"),
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(state__in=["new", "open", "processing"]),
                name="one_live_attempt_an_order",
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"],
                condition=Q(state__in=["new", "open", "processing"]),
                name="live_attempts",
            ),
        ]

    def __str__(self) -> str:
        return f"Payment {self.number} of order {self.order}"

    @property
    def is_live(self) -> bool:
        """Whether money may still come from it without anybody's doing."""
        return self.state in self.LIVE

    @property
    def price(self) -> str:
        """The amount as a reader sees it."""
        return shown(self.amount, self.currency)


class StripeEvent(models.Model):
    """A webhook delivery; its key makes a second one harmless. Worked on until done."""

    id = models.CharField(primary_key=True, max_length=255)
    kind = models.CharField(max_length=255)
    object_id = models.CharField(max_length=255)
    intent_id = models.CharField(max_length=255, blank=True)
    received_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["received_at", "id"]
        indexes = [
            models.Index(
                fields=["received_at"], condition=Q(done_at=None), name="unfinished_events"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class MoneyMovement(models.Model):
    """Money that came or went, by Stripe's charge, refund or dispute: each counts once.

    A refund that came back is known by the refund's id and `:returned`.
    """

    class Kind(models.TextChoices):
        """Which way the money went."""

        PAYMENT = "payment", "Payment"
        REFUND = "refund", "Refund"
        RETURN = "return", "Refund that came back"
        CHARGEBACK = "chargeback", "Lost in a dispute"

    COMES_IN = (Kind.PAYMENT, Kind.RETURN)

    id = models.CharField(primary_key=True, max_length=255)
    order = models.ForeignKey("order.Order", models.PROTECT, related_name="money_movements")
    kind = models.CharField(max_length=10, choices=Kind)
    amount = models.PositiveBigIntegerField(help_text="In minor units.")
    currency = models.CharField(max_length=3)
    intent_id = models.CharField(max_length=255, db_index=True)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["recorded_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="money_moved"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.price}"

    @property
    def price(self) -> str:
        """The amount as a reader sees it."""
        return shown(self.amount, self.currency)

    @property
    def in_words(self) -> str:
        """Which way the money went, as a reader would say it."""
        return {
            self.Kind.PAYMENT: "Paid",
            self.Kind.REFUND: "Sent back",
            self.Kind.RETURN: "Refund that came back to us",
            self.Kind.CHARGEBACK: "Taken back by your bank",
        }[self.Kind(self.kind)]


def shown(amount: int, currency: str) -> str:
    """Return minor units as a reader sees them."""
    return in_words(from_minor_units(amount=amount, currency=currency), currency)
