"""The mails that orders cause."""

from django.db import models
from django.db.models import Q


class OrderMail(models.Model):
    """A mail that an order causes once; kept until it has gone out.

    `about` is what the mail is about beyond its order: a parcel, a refund; empty if
    there can only be one.
    """

    class Kind(models.TextChoices):
        """What the mail is about."""

        CONFIRMATION = "confirmation", "Order confirmation"
        DISPATCH = "dispatch", "On its way"
        REFUND = "refund", "Refund"
        HELD = "held", "Parcel held back"
        WAITING = "waiting", "Waiting for the bank"
        NOT_PAID = "not_paid", "The bank did not pay"
        UNDELIVERED = "undelivered", "A refund came back"

    order = models.ForeignKey("order.Order", models.CASCADE, related_name="mails")
    kind = models.CharField(max_length=20, choices=Kind)
    about = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "kind", "about"], name="one_mail_a_kind_and_matter"
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], condition=Q(sent_at=None), name="unsent_mails"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} for order {self.order}"
