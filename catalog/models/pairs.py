"""Which works readers bought both of."""

from django.db import models
from django.db.models import F, Q


class WorkPair(models.Model):
    """How many readers bought two works; each pair stands twice, from either work.

    Counted from paid orders by `checkout.pairing`; read by the page of a book.
    """

    work = models.ForeignKey("catalogue.Product", models.CASCADE, related_name="pairs")
    other = models.ForeignKey("catalogue.Product", models.CASCADE, related_name="+")
    readers = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["work", "other"], name="one_row_a_pair"),
            models.CheckConstraint(condition=~Q(work=F("other")), name="pair_of_two_works"),
        ]
        indexes = [models.Index(fields=["work", "-readers", "other"], name="pairs_of_a_work")]

    def __str__(self) -> str:
        return f"{self.work} and {self.other}, {self.readers} readers"
