"""The file of an edition on the work's page: the field, what is there, the download."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from catalog import file_formats
from catalog.models import EditionFile, Product

AGAIN = "Nothing of it is saved: choose the file again, since no browser lets a page keep it."


class FileInput(forms.FileInput):
    """A choice of a file that asks for it again when the form comes back."""

    def render(self, name: str, value: Any, *args: Any, **kwargs: Any) -> SafeString:
        """Return the input; a page with an upload in it was not saved."""
        shown = super().render(name, value, *args, **kwargs)
        if not value:
            return shown
        return format_html('{}<strong class="choose-again">{}</strong>', shown, AGAIN)


class FileField(forms.FileField):
    """The file of a digital edition; its content is checked against the edition's type."""

    widget = FileInput

    def __init__(self, **kwargs: Any) -> None:
        """Say what is taken."""
        super().__init__(**{"label": "New file", "required": False, **kwargs})
        self.help_text = f"{file_formats.help_text()} It replaces the one that is there."
        self.error_messages["empty"] = "This file is empty: choose the one with the book."

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Return the upload, so that the input knows of it."""
        return data or initial

    def widget_attrs(self, widget: Any) -> dict[str, Any]:
        """Let the browser's file dialogue show these kinds alone."""
        accept = ",".join(file_formats.MEDIA_TYPES)
        return {**super().widget_attrs(widget), "accept": accept}


def in_words(edition: Product) -> str:
    """Return the file of an edition with size, day and uploader; below it the earlier ones."""
    found = list(edition.files.all())
    if not found:
        return "None yet" if edition.is_digital else "None needed"
    earlier = format_html_join("", "<li>{}</li>", ((_in_words(one),) for one in found[1:]))
    if not earlier:
        return _in_words(found[0])
    said = "1 earlier file" if len(found) == 2 else f"{len(found) - 1} earlier files"  # noqa: PLR2004
    return format_html(
        "{}<details><summary>{}, kept</summary><ul>{}</ul></details>",
        _in_words(found[0]),
        said,
        earlier,
    )


def _in_words(one: EditionFile) -> str:
    return format_html(
        '<a href="{}">{}</a>, {}, {}{}',
        reverse("admin:catalogue_edition_file", args=[one.pk]),
        one.original_name,
        filesizeformat(one.size),
        f"{timezone.localtime(one.uploaded_at):%-d %B %Y, %H:%M}",
        f", by {one.uploaded_by}" if one.uploaded_by else "",
    )


def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give a file of an edition to whoever may edit books.

    :raises PermissionDenied: to everybody else.
    """
    if not request.user.has_perm("catalogue.change_product"):
        raise PermissionDenied
    one = get_object_or_404(EditionFile, pk=pk)
    try:
        content = one.file.open("rb")
    except FileNotFoundError:
        return render(request, "admin/catalogue/file_lost.html", {"file": one}, status=404)
    kind = file_formats.MEDIA_TYPES[one.ending]
    response = FileResponse(
        content, as_attachment=True, filename=one.original_name, content_type=kind
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response
