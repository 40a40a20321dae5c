"""What books are gathered under: subjects, series, imprints."""

from django.db import models
from django.urls import reverse
from oscar.apps.catalogue.abstract_models import AbstractCategory


class Category(AbstractCategory):
    """A subject; `code` holds its Thema code (EDItEUR, scheme 93)."""

    class Meta(AbstractCategory.Meta):
        verbose_name = "subject"
        verbose_name_plural = "subjects"
        constraints = [
            models.UniqueConstraint(fields=["slug"], name="one_subject_a_slug"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the subject's page."""
        return reverse("catalog:subject", args=[self.slug])


class Series(models.Model):  # type: ignore[django-manager-missing]
    """Books that the publisher numbers or names together."""

    name = models.CharField(max_length=255, unique=True)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "series"

    def __str__(self) -> str:
        return self.name


class Imprint(models.Model):  # type: ignore[django-manager-missing]
    """The name on the title page under which an edition appears."""

    name = models.CharField(max_length=255, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
