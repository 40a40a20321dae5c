"""Prices and stock; no more copies can be promised than there are."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from oscar.apps.partner.abstract_models import AbstractStockRecord


class StockRecord(AbstractStockRecord):
    """The price of an edition, the copies in the house and those promised to orders."""

    class Meta(AbstractStockRecord.Meta):
        verbose_name = "price and stock"
        verbose_name_plural = "price and stock"
        constraints = [
            models.CheckConstraint(
                condition=Q(num_allocated=None)
                | Q(num_allocated=0)
                # Not known is not enough: a comparison with NULL would pass.
                | Q(num_in_stock__isnull=False)
                & Q(num_allocated__gt=0, num_allocated__lte=F("num_in_stock")),
                name="no_copy_promised_twice",
                violation_error_message="More copies are promised to orders than that.",
            ),
            models.CheckConstraint(
                condition=Q(price=None) | Q(price__gte=0), name="price_not_negative"
            ),
        ]
        indexes = [models.Index(fields=["price", "id"], name="stock_by_price")]

    def __str__(self) -> str:
        return str(self.product)


class StockChange(models.Model):
    """One change of a price or of the copies in the house; a trigger writes it."""

    stock_record = models.ForeignKey(StockRecord, models.CASCADE, related_name="changes")
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=200, blank=True)
    price_from = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    price_to = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    copies_from = models.PositiveIntegerField(null=True)
    copies_to = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["-pk"]
        default_permissions = []
        verbose_name = "change of price or stock"
        verbose_name_plural = "changes of price and stock"

    def __str__(self) -> str:
        return f"{self.stock_record_id}, {self.at:%Y-%m-%d %H:%M}"

    @property
    def is_price(self) -> bool:
        """Whether the price changed."""
        return self.price_from != self.price_to

    @property
    def is_copies(self) -> bool:
        """Whether the copies in the house changed."""
        return self.copies_from != self.copies_to

    @property
    def difference(self) -> str:
        """The difference in copies, with its sign."""
        return f"{(self.copies_to or 0) - (self.copies_from or 0):+d}"


from oscar.apps.partner.models import *  # noqa: E402, F403  Oscar fills in the rest
