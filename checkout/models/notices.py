"""What staff have to know about."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class StaffNotice(models.Model):
    """Something a person has to look at; kind and matter make it one, however often seen."""

    class Kind(models.TextChoices):
        """What has happened."""

        MISMATCH = "mismatch", "A payment is not what was asked for"
        LATE_MONEY = "late_money", "Money came too late and was sent back"
        DOUBLE_MONEY = "double_money", "Paid twice: the second was sent back"
        SOLD_OUT = "sold_out", "Sold out after all: the money was sent back"
        REFUND_FAILED = "refund_failed", "A refund did not arrive"
        DISPUTE = "dispute", "A reader's bank asks for the money back"
        DISPUTE_LOST = "dispute_lost", "A dispute was lost"
        CARD_TESTING = "card_testing", "Too many payments begun: somebody may be testing cards"
        DIFFERENCE = "difference", "Stripe's books and ours differ"
        STRIPE = "stripe", "Stripe does not do what was asked"

    kind = models.CharField(max_length=20, choices=Kind)
    about = models.CharField(max_length=255, help_text="What makes it one notice.")
    order = models.ForeignKey(
        "order.Order", models.CASCADE, null=True, blank=True, related_name="staff_notices"
    )
    text = models.TextField()
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "about"], name="one_notice_a_matter"),
        ]
        indexes = [
            models.Index(fields=["order"], condition=Q(done_at=None), name="open_notices"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
