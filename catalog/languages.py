"""Languages of books, by name."""

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


@cache
def language_name(code: str) -> str:
    """Return the name of a language, or its code if it has none here."""
    return dict(languages()).get(code, code)
