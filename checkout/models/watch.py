"""What is kept to notice trouble: payments begun, and comparisons with Stripe's books."""

from django.db import models


class CardTry(models.Model):
    """A payment page that was asked for, by order, visitor and network address.

    The visitor and the address are keyed hashes; rows are dropped after a day.
    """

    order = models.ForeignKey("order.Order", models.CASCADE, related_name="card_tries")
    visitor = models.CharField(max_length=64)
    network = models.CharField(max_length=64)
    tried_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["visitor", "tried_at"], name="tries_by_visitor"),
            models.Index(fields=["network", "tried_at"], name="tries_by_network"),
            models.Index(fields=["tried_at"], name="tries_by_time"),
        ]

    def __str__(self) -> str:
        return f"Payment of order {self.order} begun"


class StripeComparison(models.Model):
    """A day on which Stripe's books were compared with ours."""

    on_date = models.DateField(unique=True)
    began_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    payments = models.PositiveIntegerField(default=0)
    differences = models.TextField(blank=True, help_text="A line each.")

    class Meta:
        ordering = ["-on_date"]

    def __str__(self) -> str:
        return f"Comparison of {self.on_date}"
