"""ISNI, the number of a person or body that takes part in a work (ISO 27729)."""

from django.core.exceptions import ValidationError
from stdnum import isni as stdnum_isni


def clean_isni(text: str) -> str:
    """Return 16 characters for an ISNI with or without spaces and hyphens.

    :raises ValidationError: if the check digit or the form is wrong.
    """
    try:
        return stdnum_isni.validate(text)
    except stdnum_isni.ValidationError as error:
        message = f"{text} is not a valid ISNI: check its digits."
        raise ValidationError(message, code="isni") from error


def show_isni(digits: str) -> str:
    """Return an ISNI in groups of four, as it is printed."""
    return stdnum_isni.format(digits)
