"""What books are gathered under: subjects, series, imprints."""

from django.db import models
from django.urls import reverse
from oscar.apps.catalogue.abstract_models import AbstractCategory

from catalog import html
from catalog.models.former import FormerPage
from catalog.onix.slugs import free_slug


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


class Gathered(models.Model):
    """A name that books share, with a page of its own."""

    name = models.CharField(max_length=255, unique=True)
    slug = models.SlugField(max_length=255, unique=True)
    description = models.TextField(
        blank=True, help_text="Paragraphs, emphasis and links; other HTML is taken out."
    )

    class Meta:
        abstract = True
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        """Choose an address if there is none, and clean the description."""
        self.slug = self.slug or free_slug(self.name, taken=self._is_taken)
        self.description = html.clean(self.description)
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def _is_taken(self, slug: str) -> bool:
        has = type(self)._default_manager.filter(slug=slug).exists()
        kind = self._meta.model_name
        return has or FormerPage.objects.filter(kind=kind, slug=slug).exists()


class Series(Gathered):  # type: ignore[django-manager-missing]
    """Books that the publisher numbers or names together."""

    class Meta(Gathered.Meta):
        verbose_name_plural = "series"

    def get_absolute_url(self) -> str:
        """Return the address of the page of the series."""
        return reverse("catalog:series", args=[self.slug])


class Imprint(Gathered):  # type: ignore[django-manager-missing]
    """The name on the title page under which an edition appears."""

    def get_absolute_url(self) -> str:
        """Return the address of the imprint's page."""
        return reverse("catalog:imprint", args=[self.slug])
