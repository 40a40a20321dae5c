"""ISBN, the number of an edition (ISO 2108)."""

import re

from django.core.exceptions import ValidationError
from stdnum import isbn as stdnum_isbn

LABEL = re.compile(r"\s*ISBN(-1[03])?:?\s*", re.IGNORECASE)


def clean_isbn(text: str) -> str:
    """Return 13 digits for an ISBN-10 or ISBN-13, with or without hyphens.

    The word before it, as on a copyright page, may come along.

    :raises ValidationError: if the check digit or the form is wrong.
    """
    try:
        return stdnum_isbn.validate(LABEL.sub("", text, count=1), convert=True)
    except stdnum_isbn.ValidationError as error:
        message = f"{text} is not a valid ISBN: check its digits."
        raise ValidationError(message, code="isbn") from error


def show_isbn(digits: str) -> str:
    """Return an ISBN with hyphens between its parts, as the title page prints it.

    The ranges of a registration group that has none yet are unknown; then the
    prefix and the check digit alone are set off.
    """
    shown = stdnum_isbn.format(digits)
    if shown.count("-") < 4:  # noqa: PLR2004  an ISBN-13 has five parts
        return f"{digits[:3]}-{digits[3:12]}-{digits[12:]}"
    return shown
