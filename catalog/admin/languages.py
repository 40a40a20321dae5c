"""The languages that staff choose from, by name."""

from catalog.languages import languages


def choices(*, kept: str = "") -> list[tuple[str, str]]:
    """Return the choices of a form field, with a code in use that has no name here."""
    known = languages()
    unknown = [(kept, kept)] if kept and kept not in dict(known) else []
    return [("", "---------"), *known, *unknown]
