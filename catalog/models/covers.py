"""The pictures of a book."""

from django.db import models
from oscar.apps.catalogue.abstract_models import AbstractProductImage
from pictures.models import PictureField


class ProductImage(AbstractProductImage):
    """A cover; its smaller renditions are made once, when it is uploaded."""

    original = PictureField(
        "picture",
        upload_to="covers/",
        width_field="width",
        height_field="height",
        aspect_ratios=[None],
        max_length=255,
    )
    alt = models.CharField(
        "what it shows",
        max_length=255,
        blank=True,
        help_text="For readers who cannot see it; empty: Cover of, and the title.",
    )
    width = models.PositiveIntegerField(default=0, editable=False)
    height = models.PositiveIntegerField(default=0, editable=False)

    class Meta(AbstractProductImage.Meta):
        verbose_name = "cover"
        verbose_name_plural = "covers"

    def __str__(self) -> str:
        return self.caption or "Cover"
