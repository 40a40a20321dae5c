"""Price and copies of one edition, on a page of their own."""

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from bookstore.money import DECIMALS
from catalog.admin.reasons import ReasonField
from catalog.pricing import stock
from catalog.pricing.models import StockRecord

CURRENCY = settings.SHOP_CURRENCY
SMALLEST = Decimal(1).scaleb(-DECIMALS[CURRENCY])


class StockForm(forms.ModelForm):  # type: ignore[type-arg]  # not at run time
    """A new price, copies that came or went, or what was counted on the shelf."""

    new_price = forms.DecimalField(
        label=f"Price in {CURRENCY}",
        required=False,
        max_digits=10,
        decimal_places=DECIMALS[CURRENCY],
        min_value=SMALLEST,
        show_hidden_initial=True,
        help_text="Without a price it is not on sale.",
    )
    added = forms.IntegerField(
        label="Add or take copies",
        required=False,
        min_value=-stock.MOST_COPIES,
        max_value=stock.MOST_COPIES,
        help_text="Such as 20 or -3.",
    )
    counted = forms.IntegerField(
        label="Or: counted on the shelf",
        required=False,
        min_value=0,
        max_value=stock.MOST_COPIES,
        help_text="All that are there, with those promised to orders and not sent yet.",
    )
    reason = ReasonField(required=False, help_text="Needed when copies change.")

    class Meta:
        model = StockRecord
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Show what the edition costs."""
        super().__init__(*args, **kwargs)
        if self.instance.pk and self.instance.price is not None:
            self.initial["new_price"] = self.instance.price.quantize(SMALLEST)

    def clean(self) -> dict[str, Any]:
        """Ask for one way to change the copies, with a reason, and try it under the lock."""
        fields = super().clean() or self.cleaned_data
        added, counted = fields.get("added"), fields.get("counted")
        if self.errors:
            return fields
        if added and counted is not None:
            self.add_error("counted", "Add or take copies, or enter a count: not both.")
        elif added and not fields["reason"]:
            self.add_error("reason", "Say why, such as delivery or damaged.")
        elif "new_price" in self.changed_data or added or counted is not None:
            self._compare()
        return fields

    def _compare(self) -> None:
        """Compare with price and promises of this moment; the lock holds until all is saved."""
        now = stock.lock([self.instance.pk])[self.instance.pk]
        fields = self.cleaned_data
        field = "added" if fields.get("added") else "counted"
        in_house, promised = now.num_in_stock or 0, now.num_allocated or 0
        left = in_house + fields["added"] if fields.get("added") else fields.get("counted")
        if left is not None and now.product.is_digital:
            self.add_error(field, "An e-book has no copies: leave this empty.")
        elif left is not None and left < promised:
            refusal = stock.Promised(promised=promised, in_house=in_house)
            self.add_error(field, str(refusal))
        elif left is not None and left < 0:
            self.add_error(field, f"There are only {in_house} copies.")
        if "new_price" in self.changed_data and now.price != self._shown_price:
            data: Any = self.data
            self.data = data = data.copy()
            data[self["new_price"].html_initial_name] = str(now.price or "")
            self.add_error("new_price", str(stock.PriceMoved(now.price)))

    @property
    def _shown_price(self) -> Decimal | None:
        field = self.fields["new_price"]
        try:
            return field.to_python(self.data.get(self["new_price"].html_initial_name))
        except ValidationError:
            return None

    def write(self, *, by: Any) -> list[str]:
        """Write what changed; return it in sentences."""
        key, fields = self.instance.pk, self.cleaned_data
        said = []
        if "new_price" in self.changed_data:
            price = fields["new_price"]
            stock.set_price(
                stock_record=key,
                price=price,
                shown=self._shown_price,
                reason=fields["reason"],
                by=by,
            )
            said.append(f"The price is {CURRENCY} {price} now." if price else "No price now.")
        if fields["added"] or fields["counted"] is not None:
            moved = stock.change_copies(
                stock_record=key,
                added=fields["added"] or 0,
                counted=fields["counted"],
                reason=fields["reason"] or "Stock-take",
                by=by,
            )
            said.append(
                f"There were {moved.was} copies and are {moved.now} now "
                f"({moved.difference:+d})."
            )
        return said
