"""What staff may enter about shipping, checked in plain words."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from shipping.models import Interruption, Method, Zone


class ZoneForm(forms.ModelForm):  # type: ignore[type-arg]  # not at run time
    """A zone whose countries belong to no other."""

    class Meta:
        model = Zone
        fields = ["name", "countries", "position"]

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

    class Meta:
        model = Method
        fields = ["zone", "name", "min_days", "max_days", "position"]

    def clean(self) -> None:
        """Refuse days in the wrong order, beside the field."""
        super().clean()
        least, most = (self.cleaned_data.get(name) for name in ["min_days", "max_days"])
        if least is not None and most is not None and most < least:
            self.add_error("max_days", "The most days cannot be fewer than the least.")


class InterruptionForm(forms.ModelForm):  # type: ignore[type-arg]  # not at run time
    """A notice with a beginning and perhaps an end."""

    class Meta:
        model = Interruption
        fields = ["title", "message", "countries", "starts_at", "ends_at", "is_in_bar"]

    def clean(self) -> None:
        """Refuse an end before the beginning, beside the field."""
        super().clean()
        start, end = (self.cleaned_data.get(name) for name in ["starts_at", "ends_at"])
        if start is not None and end is not None and end <= start:
            self.add_error("ends_at", "An interruption must end after it starts.")
