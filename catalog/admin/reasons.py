"""Why stock changes: a few usual reasons to choose from, or words of one's own."""

from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join

from catalog.pricing.history import LONGEST_REASON

USUAL = [
    *("Delivery", "Damaged", "Lost", "Given away", "Review copies"),
    *("Sent back by a reader", "Stock-take", "Correction"),
]


class ReasonInput(forms.TextInput):
    """A line of text with the usual reasons as suggestions; works without script."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        """Return the field and its suggestions."""
        listed = f"{name}-reasons"
        field = super().render(name, value, {**(attrs or {}), "list": listed}, renderer)
        options = format_html_join("", '<option value="{}"></option>', ((r,) for r in USUAL))
        return format_html('{}<datalist id="{}">{}</datalist>', field, listed, options)


class ReasonField(forms.CharField):
    """Why the stock changes."""

    widget = ReasonInput

    def __init__(self, **kwargs: Any) -> None:
        """Let it be a short line."""
        super().__init__(**{"max_length": LONGEST_REASON, "label": "Reason", **kwargs})
