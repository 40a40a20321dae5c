"""What readers send to their basket."""

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator

WRONG = "Please give a quantity from 1 to {most}. Your basket is unchanged."


class QuantityForm(forms.Form):
    """A quantity that makes sense."""

    quantity = forms.IntegerField(min_value=1)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        most = settings.OSCAR_MAX_BASKET_QUANTITY_THRESHOLD
        field = self.fields["quantity"]
        field.max_value = most  # type: ignore[attr-defined]
        field.validators.append(MaxValueValidator(most))
        codes = ("required", "invalid", "min_value", "max_value")
        field.error_messages.update(dict.fromkeys(codes, WRONG.format(most=most)))


class AddForm(QuantityForm):
    """One or several editions to put into the basket."""

    edition = forms.TypedMultipleChoiceField(coerce=int)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["edition"].valid_value = str.isdecimal  # type: ignore[attr-defined]
