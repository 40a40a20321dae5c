"""What an action asks before it changes many editions."""

from decimal import Decimal
from typing import Any

from django import forms

from catalog.admin.bulk_changes import CURRENCY, SMALLEST
from catalog.admin.reasons import ReasonField
from catalog.models import Product
from catalog.pricing.models import StockRecord
from catalog.pricing.stock import MOST_COPIES

HOW = [
    ("percent", "By percent: -10 is a tenth less"),
    ("amount", f"By an amount in {CURRENCY}: -2 is 2 less"),
    ("exact", f"To this price in {CURRENCY}"),
]


class PriceForm(forms.Form):
    """How prices change, and those of which editions."""

    how = forms.ChoiceField(label="Change", choices=HOW, initial="percent")
    value = forms.DecimalField(label="Number", max_digits=10, decimal_places=4)
    types = forms.MultipleChoiceField(
        label="Publication types",
        choices=Product.PublicationType.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None ticked: all.",
    )

    def clean(self) -> dict[str, Any]:
        """Refuse an amount that nobody could pay, and a change that is none."""
        fields = super().clean() or self.cleaned_data
        value: Decimal | None = fields.get("value")
        if value is None:
            return fields
        if fields.get("how") != "percent" and value != value.quantize(SMALLEST):
            self.add_error("value", f"The smallest step is {SMALLEST} {CURRENCY}.")
        elif fields.get("how") == "exact" and value < SMALLEST:
            self.add_error("value", f"A price is at least {SMALLEST} {CURRENCY}.")
        elif value == 0:
            self.add_error("value", "That changes nothing.")
        elif fields.get("how") == "percent" and value <= -100:  # noqa: PLR2004
            self.add_error("value", "More than -100, or nothing would be left.")
        return fields

    def in_words(self) -> str:
        """Return what was asked for, for the history."""
        value: Decimal = self.cleaned_data["value"]
        number = f"{value.normalize():f}"
        if self.cleaned_data["how"] == "exact":
            return f"to {number} {CURRENCY}"
        unit = "%" if self.cleaned_data["how"] == "percent" else f" {CURRENCY}"
        return f"by {'+' if value > 0 else ''}{number}{unit}"


class CopiesForm(forms.Form):
    """How many copies are added to each printed edition, and why."""

    reason = ReasonField(error_messages={"required": "Say why, such as delivery or damaged."})

    def __init__(self, *args: Any, records: list[StockRecord], **kwargs: Any) -> None:
        """Ask for a number for each."""
        super().__init__(*args, **kwargs)
        for record in records:
            edition: Any = record.product
            self.fields[f"copies-{record.pk}"] = forms.IntegerField(
                label=str(edition),
                required=False,
                min_value=-MOST_COPIES,
                max_value=MOST_COPIES,
                help_text=f"{record.num_in_stock or 0} now",
            )
        self.order_fields([name for name in self.fields if name != "reason"])

    def clean(self) -> dict[str, Any]:
        """Ask for one number at least."""
        fields = super().clean() or self.cleaned_data
        if not self.errors and not self.added():
            message = "Give the number of copies for one edition at least."
            raise forms.ValidationError(message)
        return fields

    def added(self) -> dict[int, int]:
        """Return the copies by stock record."""
        return {
            int(name.removeprefix("copies-")): number
            for name, number in self.cleaned_data.items()
            if name.startswith("copies-") and number
        }
