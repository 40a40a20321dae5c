"""Zones, methods and their rates by weight; interruptions."""

from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from shipping import rules
from shipping.querysets import InterruptionQuerySet, MethodQuerySet, ZoneQuerySet


class Zone(models.Model):
    """Countries that cost the same."""

    is_named: bool  # by ZoneQuerySet.for_country: whether it names the country asked for

    name = models.CharField(max_length=100, unique=True)
    countries: "models.ManyToManyField[Any, Any]" = models.ManyToManyField(
        "address.Country",
        blank=True,
        related_name="zones",
        help_text="None: every country that no other zone names.",
    )
    position = models.PositiveSmallIntegerField(
        default=0, help_text="Zones are listed from the lowest number to the highest."
    )
    duties = models.CharField(
        "duties note",
        max_length=300,
        blank=True,
        help_text="What readers are told about customs, such as: You may have to pay duty.",
    )

    objects = ZoneQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class Method(models.Model):
    """A way to send a parcel to a zone."""

    zone = models.ForeignKey(Zone, models.CASCADE, related_name="methods")
    name = models.CharField(max_length=100, help_text="What readers choose, such as Standard.")
    code = models.SlugField(unique=True)
    min_days = models.PositiveSmallIntegerField("at least days")
    max_days = models.PositiveSmallIntegerField("at most days")
    handling = models.DecimalField(
        max_digits=12, decimal_places=2, default=0, help_text="Added once an order."
    )
    free_from = models.DecimalField(
        "free from",
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="The price of the printed books from which shipping is free; empty: never.",
    )
    excluded: "models.ManyToManyField[Any, Any]" = models.ManyToManyField(
        "address.Country",
        blank=True,
        related_name="+",
        verbose_name="excluded countries",
        help_text="Countries of the zone that this method does not go to.",
    )
    position = models.PositiveSmallIntegerField(
        default=0, help_text="Methods are listed from the lowest number to the highest."
    )

    objects = MethodQuerySet.as_manager()

    class Meta:
        ordering = ["zone", "position", "name"]
        verbose_name = "shipping method"
        constraints = [
            models.CheckConstraint(
                condition=Q(min_days__lte=F("max_days")),
                name="days_in_order",
                violation_error_message="The most days cannot be fewer than the least.",
            ),
            models.CheckConstraint(
                condition=Q(handling__gte=0) & (Q(free_from=None) | Q(free_from__gte=0)),
                name="handling_costs_something",
                violation_error_message="Handling and the free threshold cannot be negative.",
            ),
            models.UniqueConstraint(
                fields=["zone", "name"],
                name="one_method_a_name",
                violation_error_message="The zone has a method of this name already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.zone})"


class Band(models.Model):
    """What a method costs up to a weight."""

    method = models.ForeignKey(Method, models.CASCADE, related_name="bands")
    up_to_g = models.PositiveIntegerField("up to grams")
    price = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        ordering = ["method", "up_to_g"]
        verbose_name = "weight band"
        constraints = [
            models.UniqueConstraint(
                fields=["method", "up_to_g"],
                name="one_band_a_weight",
                violation_error_message="There is a price for this weight already.",
            ),
            models.CheckConstraint(
                condition=Q(price__gte=0, up_to_g__gt=0),
                name="band_weighs_and_costs",
                violation_error_message="A band needs a weight above 0 and no negative price.",
            ),
        ]

    def __str__(self) -> str:
        return f"up to {self.up_to_g:,} g: {self.price}"


class Interruption(models.Model):
    """A notice that parcels to some countries may not arrive, or arrive late.

    Printed books only: e-books are never held up.
    """

    class Severity(models.TextChoices):
        """What it does, the worst last."""

        INFORMATION = rules.Severity.INFORMATION.value, "Information: readers are told"
        DELAY = rules.Severity.DELAY.value, "Delay: parcels take longer"
        ACKNOWLEDGE = rules.Severity.ACKNOWLEDGE.value, "Acknowledge: readers have to tick it"
        SUSPENDED = rules.Severity.SUSPENDED.value, "Suspended: no parcels are taken"

    title = models.CharField(max_length=200, help_text="For staff.")
    message = models.TextField(help_text="What readers are told, in one or two sentences.")
    severity = models.CharField(max_length=11, choices=Severity, default=Severity.INFORMATION)
    delay_days = models.PositiveSmallIntegerField(
        "days longer", default=0, help_text="How much longer a delayed parcel takes at most."
    )
    countries: "models.ManyToManyField[Any, Any]" = models.ManyToManyField(
        "address.Country", blank=True, help_text="None: all countries."
    )
    postcodes = ArrayField(
        models.CharField(max_length=12),
        blank=True,
        default=list,
        verbose_name="only where the postcode begins with",
        help_text="Separated by commas, such as: BT, IM. Empty: the whole country.",
    )
    methods: "models.ManyToManyField[Any, Any]" = models.ManyToManyField(
        Method, blank=True, related_name="interruptions", help_text="None: all methods."
    )
    starts_at = models.DateTimeField("from")
    ends_at = models.DateTimeField(
        "until", null=True, blank=True, help_text="Empty: until further notice."
    )
    review_on = models.DateField(
        "look at it again on",
        null=True,
        blank=True,
        help_text="From that day on the admin reminds of it.",
    )
    is_in_bar = models.BooleanField("shown at the top of every page", default=True)

    objects = InterruptionQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="interruption_ends_after_start",
                violation_error_message="An interruption must end after it starts.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def is_in_force(self, now: datetime) -> bool:
        """Tell whether it has begun and not ended."""
        return self.starts_at <= now and (self.ends_at is None or now < self.ends_at)
