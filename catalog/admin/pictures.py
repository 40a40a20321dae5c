"""Pictures that staff upload: covers and portraits."""

import base64
from io import BytesIO
from typing import Any

from django import forms
from django.contrib import admin
from django.core.files.uploadedfile import UploadedFile
from django.utils.html import format_html
from pictures.models import PillowPicture
from PIL import Image

from catalog import covers
from catalog.admin.parts import Part
from catalog.admin.places import PlacedRows, place_field
from catalog.covers import Cover
from catalog.models import Product, ProductImage
from catalog.pictures import PictureField

SHOWN = 800  # pixels of a picture that is shown before it is stored
AGAIN = "Choose the file again, too: a browser lets no page keep it."


class CoverForm(forms.ModelForm):  # type: ignore[type-arg]  # not at run time
    """A cover."""

    original = PictureField(label="Picture")
    display_order = place_field(help_text="The first is the cover. Empty: last.")

    class Meta:
        model = ProductImage
        fields = ["original", "alt", "caption", "display_order"]

    def clean(self) -> dict[str, Any]:
        """Ask of a picture that is new or changed what it shows."""
        fields = super().clean() or self.cleaned_data
        if self.has_changed() and not fields.get("alt") and "alt" not in self.errors:
            lost = "" if self.instance.pk else AGAIN
            self.add_error("alt", f"Say what the picture shows. {lost}".strip())
        return fields


class CoverFormSet(PlacedRows):
    """The covers of a work, in their order."""

    place = "display_order"

    def first_cover(self, work: Product) -> Cover:
        """Return what would be the cover, without saving: an upload stands in the page itself.

        Without a picture it is drawn from the title as it is in the database.
        """
        rows = self.rows_in_order()
        alt = f"Cover of {work.title}"
        if not rows:
            drawing = covers.draw(Product.objects.for_cards().get(pk=work.pk))
            url = _data("image/svg+xml", drawing.encode())
            return Cover(url, "", covers.WIDTH, covers.HEIGHT, alt)
        picture, alt = rows[0].instance, rows[0].cleaned_data["alt"] or alt
        upload = rows[0].cleaned_data["original"]
        if not isinstance(upload, UploadedFile):
            return Cover(picture.original.url, "", picture.width, picture.height, alt)
        upload.seek(0)
        small = PillowPicture.pre_process(Image.open(upload))
        small.thumbnail((SHOWN, SHOWN))
        file = BytesIO()
        small.save(file, "WEBP")
        return Cover(_data("image/webp", file.getvalue()), "", small.width, small.height, alt)


def _data(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


class CoverInline(Part, admin.TabularInline):  # type: ignore[type-arg]  # not at run time
    """The covers of a work; without one the shop draws a cover."""

    model = ProductImage
    form = CoverForm
    formset = CoverFormSet
    classes = ["placed-rows", "placed-rows--pictures"]
    fields = ["preview", "original", "alt", "caption", "display_order"]
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
