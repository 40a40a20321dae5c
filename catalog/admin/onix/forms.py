"""What staff send in to import a message, and how they look through a report."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from catalog.models import ImportLine

MEGABYTE = 1_000_000
START = 256  # bytes in which the first tag of any message begins


class UploadForm(forms.Form):
    """A message to try out first."""

    file = forms.FileField(
        label="ONIX file",
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".xml,.onix,.onx,text/xml"}),
    )
    keeps_stock = forms.BooleanField(
        label="Leave the stock of known editions as it is", required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say how large a file may be."""
        super().__init__(*args, **kwargs)
        most = settings.ONIX_UPLOAD_MEGABYTES
        self.fields["file"].help_text = f"ONIX 3.0 or 3.1, as XML, at most {most} MB."

    def clean_file(self) -> Any:
        """Refuse what is too large or plainly no XML; the trial finds the rest."""
        upload = self.cleaned_data["file"]
        most = settings.ONIX_UPLOAD_MEGABYTES
        if upload.size > most * MEGABYTE:
            message = (
                f"The file has {upload.size / MEGABYTE:.0f} MB: at most {most} MB are taken "
                "here. Ask whoever runs the shop to import it with manage.py import_onix."
            )
            raise ValidationError(message)
        start = upload.read(START)
        upload.seek(0)
        if b"<" not in start:
            message = "This is not XML. A zipped file must be unpacked first."
            raise ValidationError(message)
        return upload


class ReportFilter(forms.Form):
    """Which lines of a report to show."""

    kind = forms.ChoiceField(
        label="Show",
        required=False,
        choices=[("", "Everything"), *ImportLine.Kind.choices],
    )
    q = forms.CharField(label="Containing", required=False, max_length=100, strip=True)
