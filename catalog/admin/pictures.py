"""Pictures that staff upload: covers and portraits."""

from django import forms
from django.contrib import admin
from django.utils.html import format_html

from catalog.admin.parts import Part
from catalog.models import ProductImage
from catalog.pictures import PictureField


class CoverForm(forms.ModelForm):  # type: ignore[type-arg]  # not at run time
    """A cover."""

    original = PictureField(label="Picture")

    class Meta:
        model = ProductImage
        fields = ["original", "caption", "display_order"]
        labels = {"display_order": "Place"}
        help_texts = {"display_order": "The lowest is the cover."}


class CoverInline(Part, admin.TabularInline):  # type: ignore[type-arg]  # not at run time
    """The covers of a work; without one the shop draws a cover."""

    model = ProductImage
    form = CoverForm
    fields = ["preview", "original", "caption", "display_order"]
    readonly_fields = ["preview"]
    verbose_name_plural = "covers: without one, the shop draws a cover from the title"

    @admin.display(description="as it is")
    def preview(self, picture: ProductImage) -> str:
        """Show the smallest rendition."""
        return thumbnail(picture) if picture.pk else ""


def thumbnail(picture: ProductImage) -> str:
    """Return a cover, small."""
    renditions = picture.original.aspect_ratios.get(None, {}).get("WEBP", {})
    smallest = min(renditions, default=None)
    url = renditions[smallest].url if smallest else picture.original.url
    return format_html(
        '<img class="cover-thumbnail" src="{}" width="{}" height="{}" alt="" loading="lazy">',
        url,
        picture.width,
        picture.height,
    )
