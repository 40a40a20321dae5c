"""The languages that staff choose from, by name."""

from functools import cache

import pycountry

# Languages of old books, which have no two-letter code.
OLDER = {
    "akk": "Akkadian",
    "ang": "Old English",
    "enm": "Middle English",
    "frm": "Middle French",
    "fro": "Old French",
    "gmh": "Middle High German",
    "grc": "Ancient Greek",
    "mul": "Several languages",
    "non": "Old Norse",
    "ota": "Ottoman Turkish",
    "syc": "Syriac",
}
NAMES = {"gre": "Greek", "ina": "Interlingua", "oci": "Occitan"}


@cache
def languages() -> list[tuple[str, str]]:
    """Return ISO 639-2/B codes with their names, A to Z: ONIX list 74 has the same codes."""
    names = {
        getattr(language, "bibliographic", language.alpha_3): language.name.removesuffix(
            " (macrolanguage)"
        )
        for language in pycountry.languages
        if hasattr(language, "alpha_2")
    }
    return sorted((names | NAMES | OLDER).items(), key=lambda pair: pair[1])


def choices(*, kept: str = "") -> list[tuple[str, str]]:
    """Return the choices of a form field, with a code in use that has no name here."""
    known = languages()
    unknown = [(kept, kept)] if kept and kept not in dict(known) else []
    return [("", "---------"), *known, *unknown]
