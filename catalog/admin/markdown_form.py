"""Texts of a form that staff edit as Markdown and the shop stores as HTML."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.views.decorators.http import require_POST

from catalog import markdown

HELP = "In Markdown: *emphasis*, **strong**, - lists, ### headings, [words](https://address)."
LONGEST = 200_000
MAY_WRITE = [
    f"catalogue.{act}_{kind}"
    for act in ("add", "change")
    for kind in ("product", "contributor")
]


class MarkdownField(forms.CharField):
    """A text in Markdown; `static/js/admin/markdown.js` shows beside it how it will look."""

    widget = forms.Textarea

    def __init__(self, *, rows: int = 10, help_text: str = "", **kwargs: Any) -> None:
        """Say what may be written."""
        attrs = {
            "rows": rows,
            "cols": 80,
            "class": "vLargeTextField",
            "data-markdown": reverse_lazy("admin:markdown_preview"),
        }
        super().__init__(
            required=False,
            max_length=LONGEST,
            help_text=f"{help_text} {HELP}".strip(),
            widget=forms.Textarea(attrs=attrs),
            **kwargs,
        )

    def to_python(self, value: Any) -> str:
        """Return the text with the line ends that the shop uses."""
        return str(super().to_python(value)).replace("\r\n", "\n")

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell if somebody wrote; a browser's line ends are no change."""
        return self.to_python(initial) != self.to_python(data)


class MarkdownForm(forms.ModelForm):  # type: ignore[type-arg]  # not at run time
    """A form with such texts, in `texts`; what nobody edited stays as it is stored."""

    texts: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Show the stored texts as Markdown."""
        super().__init__(*args, **kwargs)
        for name in self.texts:
            self.initial[name] = markdown.from_html(getattr(self.instance, name))

    def clean(self) -> dict[str, Any]:
        """Turn what was edited into HTML."""
        fields = super().clean() or self.cleaned_data
        for name in set(self.texts) & set(fields):
            stored = getattr(self.instance, name)
            is_edited = name in self.changed_data
            fields[name] = markdown.to_html(fields[name]) if is_edited else stored
        return fields


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """Return a text as readers will see it; the admin lets nobody in but staff."""
    if not any(request.user.has_perm(permission) for permission in MAY_WRITE):
        return HttpResponse(status=403)
    text = request.POST.get("text", "")[:LONGEST]
    return HttpResponse(markdown.to_html(text.replace("\r\n", "\n")))
