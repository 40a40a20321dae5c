"""Prices and stock; no more copies can be promised than there are."""

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
                | Q(num_allocated__gt=0, num_allocated__lte=F("num_in_stock")),
                name="no_copy_promised_twice",
                violation_error_message="More copies are promised to orders than that.",
            ),
            models.CheckConstraint(
                condition=Q(price=None) | Q(price__gte=0), name="price_not_negative"
            ),
        ]
        indexes = [models.Index(fields=["price", "id"], name="stock_by_price")]

    def __str__(self) -> str:
        return f"{self.price_currency} {self.price}"


from oscar.apps.partner.models import *  # noqa: E402, F403  Oscar fills in the rest
