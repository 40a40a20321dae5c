"""Parcels that an interruption holds back after they were paid."""

from django.conf import settings
from django.db import models


class HeldParcel(models.Model):
    """One order and the interruption that holds its parcel; decided once."""

    class Choice(models.TextChoices):
        """What becomes of the books that were not sent."""

        WAIT = "wait", "Wait until parcels go again"
        SWAP = "swap", "The e-books instead, the difference back"
        REFUND = "refund", "The money back"

    order = models.ForeignKey("order.Order", models.CASCADE, related_name="held_parcels")
    interruption = models.ForeignKey(
        "shipping.Interruption", models.PROTECT, related_name="held_parcels"
    )
    message = models.TextField(help_text="What the reader was told.")
    asked_at = models.DateTimeField()
    choice = models.CharField(max_length=6, choices=Choice, blank=True)
    chosen_at = models.DateTimeField(null=True, blank=True)
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Nobody: the reader.",
    )

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "interruption"], name="one_question_an_interruption"
            ),
        ]

    def __str__(self) -> str:
        return f"Held parcel of order {self.order}"

    @property
    def is_decided(self) -> bool:
        """Whether nobody can choose otherwise any more."""
        return self.choice not in {"", self.Choice.WAIT}
