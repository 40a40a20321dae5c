"""What was sent."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Parcel(models.Model):
    """A parcel that has left the house."""

    order = models.ForeignKey("order.Order", models.PROTECT, related_name="parcels")
    carrier = models.CharField(max_length=80, blank=True)
    tracking_number = models.CharField(max_length=80, blank=True)
    tracking_url = models.URLField(blank=True)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    form_key = models.UUIDField(unique=True, help_text="Makes a second click harmless.")

    class Meta:
        ordering = ["sent_at", "pk"]

    def __str__(self) -> str:
        return f"Parcel of order {self.order}"


class ParcelLine(models.Model):
    """How many copies of a line went into a parcel."""

    parcel = models.ForeignKey(Parcel, models.CASCADE, related_name="lines")
    line = models.ForeignKey("order.Line", models.PROTECT, related_name="parcel_lines")
    quantity = models.PositiveIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["parcel", "line"], name="a_line_once_a_parcel"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="something_in_the_parcel"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.line}"


class ParcelNotice(models.Model):
    """What a reader was told about the parcel when ordering, word for word."""

    order = models.ForeignKey("order.Order", models.CASCADE, related_name="parcel_notices")
    interruption = models.ForeignKey(
        "shipping.Interruption", models.SET_NULL, null=True, related_name="+"
    )
    severity = models.CharField(max_length=11)
    message = models.TextField()
    ends_at = models.DateTimeField(null=True, blank=True)
    shown_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.message
