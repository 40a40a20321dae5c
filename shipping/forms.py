"""What staff may enter about shipping, checked in plain words."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from shipping import rules
from shipping.models import Interruption, Method, Zone

NEGATIVE = "This cannot be less than nothing."


class ZoneForm(forms.ModelForm):  # type: ignore[type-arg]  # not at run time
    """A zone whose countries belong to no other."""

    class Meta:
        model = Zone
        fields = ["name", "countries", "duties", "position"]

    def clean_countries(self) -> Any:
        """Refuse a country that costs something else already.

        :raises ValidationError: naming each country and the zone that has it.
        """
        countries = self.cleaned_data["countries"]
        others = Zone.objects.exclude(pk=self.instance.pk)
        if not countries:
            self._refuse_a_second_rest(others)
        taken = others.filter(countries__in=countries).order_by("countries__printable_name")
        pairs = taken.values_list("countries__printable_name", "name")
        if pairs:
            raise ValidationError(
                [f"{country} is in the zone {zone} already." for country, zone in pairs]
            )
        return countries

    def _refuse_a_second_rest(self, others: Any) -> None:
        rest = others.rest_of_the_world().first()
        if rest is not None:
            message = (
                f"Choose countries: {rest} takes every country that no zone names already."
            )
            raise ValidationError(message)


class MethodForm(forms.ModelForm):  # type: ignore[type-arg]  # not at run time
    """A method; the code that orders keep is made, not typed."""

    handling = forms.DecimalField(
        max_digits=12, decimal_places=2, required=False, help_text="Added once an order."
    )

    class Meta:
        model = Method
        fields = [
            "zone",
            "name",
            "min_days",
            "max_days",
            "handling",
            "free_from",
            "excluded",
            "position",
        ]

    def clean_handling(self) -> Decimal:
        """Take an empty field for nothing.

        :raises ValidationError: if it is negative.
        """
        return _not_negative(self.cleaned_data["handling"]) or Decimal(0)

    def clean_free_from(self) -> Decimal | None:
        """Return the threshold.

        :raises ValidationError: if it is negative.
        """
        return _not_negative(self.cleaned_data["free_from"])

    def clean(self) -> None:
        """Refuse what contradicts itself or the zone, beside the field."""
        super().clean()
        least, most = (self.cleaned_data.get(name) for name in ["min_days", "max_days"])
        if least is not None and most is not None and most < least:
            self.add_error("max_days", "The most days cannot be fewer than the least.")
        zone = self.cleaned_data.get("zone")
        if zone is None:
            return
        same = Method.objects.filter(zone=zone, name=self.cleaned_data.get("name"))
        if same.exclude(pk=self.instance.pk).exists():
            self.add_error("name", f"{zone} has a method of this name already.")
        for country in _not_served_by(zone, self.cleaned_data.get("excluded") or ()):
            self.add_error("excluded", f"{country} is not in the zone {zone}.")


class InterruptionForm(forms.ModelForm):  # type: ignore[type-arg]  # not at run time
    """A notice: what it does, where, and from when until when."""

    delay_days = forms.IntegerField(
        label="Days longer",
        min_value=0,
        max_value=365,
        required=False,
        help_text=(
            "How much longer parcels take at most, if it is a delay or has to be acknowledged. "
            "Leave it empty otherwise: of an information it says nothing, and of a suspension "
            "nothing goes."
        ),
    )

    class Meta:
        model = Interruption
        fields = [
            "title",
            "message",
            "severity",
            "delay_days",
            "countries",
            "postcodes",
            "methods",
            "starts_at",
            "ends_at",
            "review_on",
            "is_in_bar",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Name the two fields of each time, as their label names neither."""
        super().__init__(*args, **kwargs)
        for name in {"starts_at", "ends_at"} & self.fields.keys():
            label = self.fields[name].label
            for part, widget in zip(
                ("date", "time"), self.fields[name].widget.widgets, strict=True
            ):
                widget.attrs["aria-label"] = f"{label}, {part}"

    def clean_postcodes(self) -> list[str]:
        """Return the beginnings of postcodes in capitals, each once."""
        typed = (" ".join(each.upper().split()) for each in self.cleaned_data["postcodes"])
        return list(dict.fromkeys(filter(None, typed)))

    def clean_delay_days(self) -> int:
        """Take an empty field for none."""
        return self.cleaned_data["delay_days"] or 0

    def clean(self) -> None:
        """Refuse what contradicts itself, beside the field."""
        super().clean()
        given = self.cleaned_data
        start, end = (given.get(name) for name in ["starts_at", "ends_at"])
        if start is not None and end is not None and end <= start:
            self.add_error("ends_at", "An interruption must end after it starts.")
        if given.get("delay_days") and given.get("severity") not in rules.LENGTHENING:
            message = (
                "Only a delay or what has to be acknowledged takes days longer: choose one of "
                "these severities or leave this empty."
            )
            self.add_error("delay_days", message)
        if "countries" not in given:
            return
        countries = list(given["countries"])
        if given.get("postcodes") and len(countries) != 1:
            message = "Postcodes are those of one country: choose exactly one."
            self.add_error("postcodes", message)
        for method in _going_elsewhere(given.get("methods") or (), countries):
            self.add_error("methods", f"{method} goes to none of the countries chosen.")


def _not_negative(amount: Decimal | None) -> Decimal | None:
    if amount is not None and amount < 0:
        raise ValidationError(NEGATIVE)
    return amount


def _not_served_by(zone: Zone, countries: Iterable[Any]) -> list[Any]:
    """Return the countries that a zone does not serve."""
    chosen = list(countries)
    own = set(zone.countries.values_list("pk", flat=True))
    if own:
        return [country for country in chosen if country.pk not in own]
    named = _named_by_zones(chosen)
    return [country for country in chosen if country.pk in named]


def _going_elsewhere(methods: Iterable[Method], countries: list[Any]) -> list[Method]:
    """Return the methods that serve none of the countries; no countries: all of them."""
    chosen = {country.pk for country in countries}
    if not chosen:
        return []
    has_rest = bool(chosen - _named_by_zones(countries))
    found = Method.objects.filter(pk__in=[method.pk for method in methods])
    return [
        method
        for method in found.select_related("zone").prefetch_related("zone__countries")
        if not _serves(method.zone, chosen, has_rest=has_rest)
    ]


def _serves(zone: Zone, chosen: set[str], *, has_rest: bool) -> bool:
    own = {country.pk for country in zone.countries.all()}
    return bool(own & chosen) if own else has_rest


def _named_by_zones(countries: Iterable[Any]) -> set[str]:
    """Return the codes of those of the countries that any zone names."""
    named = Zone.countries.through.objects.filter(country__in=list(countries))
    return set(named.values_list("country_id", flat=True))
