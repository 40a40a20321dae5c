"""Pictures that the shop takes: which, how large, and whether they are whole."""

from pathlib import Path
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from pictures.models import PillowPicture
from PIL import Image

ENDINGS = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}
MEGABYTE = 1_000_000
MOST_MEGABYTES = 10
MOST_PIXELS = 40_000_000  # 160 MB in memory
HELP = f"JPEG, PNG or WebP, at most {MOST_MEGABYTES} MB."


class PictureField(forms.ImageField):
    """A picture that the shop can show; refused before anything of it is stored."""

    default_validators = []

    def __init__(self, **kwargs: Any) -> None:
        """Say what is taken."""
        super().__init__(**{"help_text": HELP, **kwargs})
        self.error_messages["invalid_image"] = f"This file is not a picture. {HELP}"

    def to_python(self, data: Any) -> Any:
        """Return the upload.

        :raises ValidationError: if it is too large, no picture, or a damaged one.
        """
        if data and data.size > MOST_MEGABYTES * MEGABYTE:
            size = f"{data.size / MEGABYTE:.1f}"
            message = f"The picture has {size} MB: at most {MOST_MEGABYTES} MB are taken."
            raise ValidationError(message)
        upload: Any = super().to_python(data)
        if upload is not None:
            _check(upload)
            # The web server tells browsers by its name what a file is.
            ending = ENDINGS[upload.image.format]
            upload.name = str(Path(upload.name).with_suffix(ending))
        return upload

    def widget_attrs(self, widget: Any) -> dict[str, Any]:
        """Let the browser's file dialogue show these kinds alone."""
        return {**super().widget_attrs(widget), "accept": "image/jpeg,image/png,image/webp"}


def _check(upload: Any) -> None:
    if upload.image.format not in ENDINGS:
        message = f"This is a {upload.image.format} file. {HELP}"
        raise ValidationError(message)
    if upload.image.width * upload.image.height > MOST_PIXELS:
        message = "The picture has too many pixels: make it at most 5,000 by 8,000."
        raise ValidationError(message)
    try:
        # What will be done to make the smaller ones; a damaged picture fails here.
        PillowPicture.pre_process(Image.open(upload))
    except Exception as error:
        message = "This picture is damaged: save it anew and upload that."
        raise ValidationError(message) from error
    finally:
        upload.seek(0)
