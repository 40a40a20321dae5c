"""What readers are asked on the way to an order."""

from collections.abc import Sequence
from typing import Any

from django import forms
from phonenumber_field.formfields import PhoneNumberField
from phonenumbers import SUPPORTED_REGIONS

from checkout import addresses
from shipping.rules import Offer

AUTOCOMPLETE = {
    "line1": "address-line1",
    "line3": "address-level3",
    "line4": "address-level2",
    "state": "address-level1",
    "postcode": "postal-code",
}

LONGEST = {"postcode": 64}  # what Oscar's address holds; every other part 255


class EmailForm(forms.Form):
    """Where the confirmation goes."""

    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        help_text="For the confirmation and for news of this order, nothing else.",
        error_messages={
            "required": "Please give an e-mail address.",
            "invalid": "Please give an e-mail address like you@example.org.",
            "max_length": "Please give an e-mail address of at most 254 letters.",
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )


class AddressForm(forms.Form):
    """Where the parcel goes; the country decides which parts are asked and their names."""

    country = forms.ChoiceField(
        label="Country",
        widget=forms.Select(attrs={"autocomplete": "country", "data-enhance": "country"}),
    )
    name = forms.CharField(
        label="Full name",
        max_length=255,
        error_messages={"required": "Please give the name for the parcel."},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        countries: Sequence[tuple[str, str]],
        country: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self.country_code = country
        self.fields["country"].choices = countries  # type: ignore[attr-defined]
        for name, part in addresses.parts(country).items():
            self.fields[name] = _field(name, part)
            if name == "line1":
                self.fields["line2"] = _optional("Flat, floor, building", "address-line2")
        self.fields["phone_number"] = PhoneNumberField(
            label="Telephone, for the carrier",
            required=False,
            region=country if country in SUPPORTED_REGIONS else None,
            error_messages={"invalid": "Please give a telephone number, or leave this empty."},
            widget=forms.TextInput(attrs={"autocomplete": "tel"}),
        )

    def clean(self) -> dict[str, Any]:
        """Check the parts against what the country's post expects."""
        cleaned = super().clean() or {}
        cleaned["postcode"] = cleaned.get("postcode", "").upper()
        country = cleaned.get("country")
        if country:
            name = dict(self.fields["country"].choices)[country]  # type: ignore[attr-defined]
            for field, problem in addresses.problems(country, name, cleaned).items():
                if field not in self.errors:
                    self.add_error(field if field in self.fields else None, problem)
        return cleaned

    def address_fields(self) -> dict[str, Any]:
        """Return the address as Oscar's model names its parts."""
        cleaned = dict(self.cleaned_data)
        country, name = cleaned.pop("country"), cleaned.pop("name")
        return {"country_id": country, "last_name": name, **cleaned}


class MethodForm(forms.Form):
    """How the parcel goes."""

    method = forms.ChoiceField(
        label="Shipping", error_messages={"required": "Please choose how the parcel goes."}
    )

    def __init__(self, data: Any = None, *, offers: Sequence[Offer], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        choices = [(each.quote.method_code, each.quote.method_name) for each in offers]
        self.fields["method"].choices = choices  # type: ignore[attr-defined]


def _field(name: str, part: addresses.Part) -> forms.Field:
    asked: dict[str, Any] = {
        "label": part.label,
        "required": part.is_required,
        "error_messages": {"required": f"Please give the {_in_a_sentence(part.label)}."},
    }
    attrs = {"autocomplete": AUTOCOMPLETE[name]}
    if part.choices:
        choices = [("", "Please choose"), *part.choices]
        return forms.ChoiceField(choices=choices, widget=forms.Select(attrs=attrs), **asked)
    help_text = f"For example {part.example}" if part.example else ""
    widget = forms.TextInput(attrs=attrs)
    longest = LONGEST.get(name, 255)
    return forms.CharField(max_length=longest, widget=widget, help_text=help_text, **asked)


def _in_a_sentence(label: str) -> str:
    """Return a label with a small first letter, unless it begins with an abbreviation."""
    return label if label[:2].isupper() else label[0].lower() + label[1:]


def _optional(label: str, autocomplete: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, required=False, max_length=255, widget=widget)
