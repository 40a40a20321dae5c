"""The page on which staff try how a parcel would go somewhere."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from oscar.core.loading import get_model

from shipping import quoting, trial
from shipping.admin import pages
from shipping.rates import Load

BOOKS = 5
MOST_COPIES = settings.OSCAR_MAX_BASKET_QUANTITY_THRESHOLD
MOST_GRAMS = 1_000_000


class TrialForm(forms.Form):
    """A place and a basket: editions with quantities, plain weights, or both."""

    country: Any = forms.ModelChoiceField(queryset=None, empty_label="Choose a country")
    postcode = forms.CharField(max_length=12, required=False)
    grams = forms.CharField(
        label="Plain weights in grams",
        max_length=200,
        required=False,
        help_text="One a copy, with spaces between: 680 680 1200.",
    )
    value = forms.DecimalField(
        label="Worth of these copies",
        min_value=0,
        max_digits=9,
        decimal_places=2,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the countries, and rows for books."""
        super().__init__(*args, **kwargs)
        country: Any = self.fields["country"]
        country.queryset = get_model("address", "Country").objects.order_by("printable_name")
        for number in range(1, BOOKS + 1):
            self.fields[f"book_{number}"] = forms.CharField(
                label=f"Book {number}", max_length=200, required=False
            )
            self.fields[f"copies_{number}"] = forms.IntegerField(
                label=f"Copies of book {number}",
                min_value=1,
                max_value=MOST_COPIES,
                required=False,
                widget=forms.NumberInput(attrs={"placeholder": "1"}),
            )

    @property
    def books(self) -> Iterator[tuple[Any, Any]]:
        """The rows for books."""
        for number in range(1, BOOKS + 1):
            yield self[f"book_{number}"], self[f"copies_{number}"]

    def clean_grams(self) -> list[int]:
        """Return the weights.

        :raises ValidationError: if one is no weight, or there are too many.
        """
        words = re.split(r"[\s,;]+", self.cleaned_data["grams"].strip())
        weights = [word for word in words if word]
        for word in weights:
            if not re.fullmatch(r"[0-9]{1,7}", word) or not 0 < int(word) <= MOST_GRAMS:
                message = f"{word} is no weight in whole grams."
                raise ValidationError(message)
        return [int(word) for word in weights]

    def clean(self) -> None:
        """Find the editions; refuse an empty basket."""
        super().clean()
        copies = []
        for number in range(1, BOOKS + 1):
            words = self.cleaned_data.get(f"book_{number}")
            if not words:
                continue
            try:
                edition = trial.find_edition(words)
            except trial.NotFound as refusal:
                self.add_error(f"book_{number}", str(refusal))
            else:
                quantity = self.cleaned_data.get(f"copies_{number}") or 1
                copies.append(trial.Copies(edition, quantity))
        self.cleaned_data["copies"] = copies
        if not self.errors and not copies and not self.cleaned_data["grams"]:
            self.add_error("grams", "Choose a book or give a weight.")

    @property
    def load(self) -> Load:
        """What is to be sent."""
        return trial.load_of(
            copies=self.cleaned_data["copies"],
            weights=self.cleaned_data["grams"],
            value=self.cleaned_data["value"] or Decimal(0),
        )


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show the ways that readers would be offered, and why not the others."""
    pages.require_view(request)
    form = TrialForm(request.GET or None)
    context = {**pages.context(request, "Try a parcel"), "form": form}
    if form.is_bound and form.is_valid():
        context["decision"] = quoting.decide(
            country_code=form.cleaned_data["country"].pk,
            postcode=form.cleaned_data["postcode"],
            load=form.load,
            now=timezone.now(),
        )
        context["copies"] = form.cleaned_data["copies"]
    return TemplateResponse(request, "admin/shipping/try.html", context)
