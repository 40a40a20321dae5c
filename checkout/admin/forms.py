"""What staff are asked before something is done with an order."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.core.validators import URLValidator
from django.db.models import QuerySet

from bookstore.money import DECIMALS, in_words
from checkout import refunding, standing
from checkout.models import RefundRequest
from checkout.models.payments import shown

Reason = RefundRequest.Reason
LONGEST_NOTE = 2000
A_DOUBLE_CLICK = timedelta(minutes=1)


class OnceForm(forms.Form):
    """A form with a name of its own: sent twice, it acts once."""

    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def sent_before(self, rows: QuerySet[Any]) -> Any:
        """Return the row that this form made already, whatever is wrong with it now."""
        if not self.is_bound or "form_key" in self.errors:
            return None
        return rows.filter(form_key=self.cleaned_data["form_key"]).first()


class CopiesForm(OnceForm):
    """How many copies of each line."""

    most = ""  # which number of a line's standing is the most

    def __init__(self, data: Any = None, *, order: Any, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.order = order
        self.rows = [each for each in standing.of_order(order) if getattr(each, self.most)]
        for each in self.rows:
            self.fields[_name(each)] = self._field(each)

    def lines(self) -> list[tuple[standing.LineStanding, Any]]:
        """Return each line's standing with its field."""
        return [(each, self[_name(each)]) for each in self.rows]

    def others(self) -> list[Any]:
        """Return the fields below the lines."""
        names = {_name(each) for each in self.rows}
        return [field for field in self.visible_fields() if field.name not in names]

    def chosen(self) -> list[tuple[Any, int]]:
        """Return the lines of which copies were chosen, each with how many."""
        chosen = [(each.line, self.cleaned_data.get(_name(each))) for each in self.rows]
        return [(line, copies) for line, copies in chosen if copies]

    def copies(self) -> dict[int, int]:
        """Return the chosen copies by line."""
        return {line.pk: copies for line, copies in self.chosen()}

    def _field(self, each: standing.LineStanding) -> forms.IntegerField:
        most = getattr(each, self.most)
        edition = each.line.product
        form = f" ({edition.get_publication_type_display()})" if edition else ""
        return forms.IntegerField(
            label=f"Copies of {each.line.title}{form}",
            required=False,
            min_value=0,
            max_value=most,
            error_messages={
                "invalid": "Please give a number.",
                "min_value": "Please give 0 or more.",
                "max_value": f"At most {most}.",
            },
        )


class RefundForm(CopiesForm):
    """What is given back, and why."""

    most = "refundable"
    REASONS = [each for each in Reason if each not in {Reason.LATE, Reason.DOUBLE}]

    has_shipping = forms.BooleanField(required=False)
    reason = forms.ChoiceField(
        choices=[("", "Please choose"), *((each.value, each.label) for each in REASONS)],
        error_messages={"required": "Please choose a reason."},
    )
    copies_come_back = forms.BooleanField(
        label="The copies can be sold again",
        required=False,
        initial=True,
        help_text="Take the tick out for books that are lost or damaged.",
    )
    note = forms.CharField(
        label="Note for staff",
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any = None, *, order: Any, most: int, **kwargs: Any) -> None:
        super().__init__(data, order=order, **kwargs)
        self.held = most
        shipping = in_words(order.shipping_incl_tax, order.currency)
        self.fields["has_shipping"].label = f"The shipping price, {shipping}"
        if not refunding.shipping_left(order):
            del self.fields["has_shipping"]
        self.fields["other"] = forms.DecimalField(
            label=f"Another amount in {order.currency}",
            required=False,
            min_value=0,
            max_digits=12,
            decimal_places=DECIMALS[order.currency],
            help_text="Instead of copies or beside them, such as 5 for a damaged corner.",
        )
        self.order_fields(["has_shipping", "other"])

    def clean(self) -> dict[str, Any]:
        """Work out what it comes to; refuse nothing, and more than is held."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        amount = self.choice().amount(self.order)
        if not amount:
            message = "Please choose copies, the shipping price or an amount."
            raise forms.ValidationError(message)
        if amount > self.held:
            left = self.price(self.held)
            message = f"That comes to {self.price(amount)}: only {left} is left."
            raise forms.ValidationError(message)
        return cleaned

    def choice(self) -> refunding.Choice:
        """Return what was chosen."""
        return refunding.Choice(
            copies=self.copies(),
            has_shipping=self.cleaned_data.get("has_shipping", False),
            other=self.cleaned_data["other"] or Decimal(0),
        )

    def price(self, amount: int) -> str:
        """Return minor units as a reader sees them."""
        return shown(amount, self.order.currency)


class ParcelForm(CopiesForm):
    """What goes into a parcel, and how it is followed."""

    most = "to_send"

    carrier = forms.CharField(
        required=False, max_length=80, widget=forms.TextInput(attrs={"list": "carriers"})
    )
    tracking_number = forms.CharField(required=False, max_length=80)
    tracking_url = forms.URLField(
        label="Tracking page",
        required=False,
        max_length=200,
        assume_scheme="https",
        help_text="Its address, to be put into the reader's mail.",
        error_messages={"invalid": "Please give an address that begins with https://"},
    )

    def __init__(self, data: Any = None, *, order: Any, **kwargs: Any) -> None:
        super().__init__(data, order=order, **kwargs)
        for each in self.rows:
            book = each.line.product
            waits = book is not None and book.is_embargoed()
            self.fields[_name(each)].initial = 0 if waits else each.to_send

    def clean_tracking_url(self) -> str:
        """Take nothing but addresses of web pages."""
        address = str(self.cleaned_data["tracking_url"])
        if address:
            message = self.fields["tracking_url"].error_messages["invalid"]
            URLValidator(schemes=["http", "https"], message=message)(address)
        return address


class CancelForm(OnceForm):
    """Why an order is called off."""

    REASONS: Sequence[Reason] = [Reason.READER, Reason.STAFF, Reason.SOLD_OUT]

    reason = forms.ChoiceField(
        choices=[("", "Please choose"), *((each.value, each.label) for each in REASONS)],
        error_messages={"required": "Please choose a reason."},
    )
    note = forms.CharField(
        label="Note for staff",
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class NoteForm(forms.Form):
    """Something to remember about an order."""

    message = forms.CharField(
        label="Note",
        max_length=LONGEST_NOTE,
        error_messages={"required": "Please write something."},
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def write(self, order: Any, *, by: Any, now: datetime) -> bool:
        """Keep the note; return whether it is not a second click's."""
        message = self.cleaned_data["message"]
        just_now = order.notes.filter(
            user=by, message=message, date_created__gt=now - A_DOUBLE_CLICK
        )
        if just_now.exists():
            return False
        order.notes.create(user=by, message=message)
        return True


def _name(each: standing.LineStanding) -> str:
    return f"copies_{each.line.pk}"
