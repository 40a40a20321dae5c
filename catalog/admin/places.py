"""Rows in an order that staff choose: by number, or with `static/js/admin/places.js`."""

from typing import Any

from django import forms

from catalog.admin.parts import LabelledRows

MOST = 32767


def place_field(*, help_text: str = "Empty: last.") -> forms.IntegerField:
    """Return the field that says where among the others a row stands."""
    attrs = {"data-place": "", "class": "vIntegerField"}
    return forms.IntegerField(
        label="Place",
        required=False,
        min_value=0,
        max_value=MOST,
        help_text=help_text,
        widget=forms.NumberInput(attrs=attrs),
    )


class PlacedRows(LabelledRows):
    """Rows each with a place; one without goes last."""

    place = "position"

    def add_fields(self, form: Any, index: int | None) -> None:
        """Leave the place of a new row open."""
        super().add_fields(form, index)
        if form.instance.pk is None:
            form.initial[self.place] = None

    def clean(self) -> None:
        """Give a place to the rows that have none."""
        super().clean()
        rows = [row for row in self._there() if self.place in row.cleaned_data]
        taken = [row.cleaned_data[self.place] for row in rows]
        last = max((place for place in taken if place is not None), default=-1)
        for row in rows:
            if row.cleaned_data[self.place] is None:
                last = min(last + 1, MOST)
                row.cleaned_data[self.place] = last
                setattr(row.instance, self.place, last)

    def rows_in_order(self) -> list[Any]:
        """Return the rows that will be there, by their places."""
        return sorted(
            self._there(),
            key=lambda row: (row.cleaned_data[self.place], row.instance.pk or float("inf")),
        )

    def _there(self) -> list[Any]:
        rows: Any = self.forms
        return [
            row
            for row in rows
            if (row.instance.pk is not None or row.has_changed())
            and hasattr(row, "cleaned_data")
            and not row.cleaned_data.get("DELETE")
        ]
