"""Works that staff set beside each other."""

from django.db import models
from django.db.models import F, Q


class RelatedWork(models.Model):
    """Another work to read on with, in the order in which a page shows them."""

    work = models.ForeignKey("catalogue.Product", models.CASCADE, related_name="related_works")
    other = models.ForeignKey("catalogue.Product", models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["work", "other"], name="related_once"),
            models.CheckConstraint(
                condition=~Q(other=F("work")), name="related_to_another_work"
            ),
        ]

    def __str__(self) -> str:
        return str(self.other)
