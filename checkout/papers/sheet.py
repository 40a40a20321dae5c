"""Set a paper as PDF: tagged for screen readers, the same bytes for the same data."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, time
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import typst

from checkout.papers.lettering import breakable, clean, in_all, spelt
from checkout.papers.seller import Seller

FOLDER = Path(__file__).parent

# Where offices print on US Letter (CLDR, paperSize).
LETTER = frozenset(
    ["BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"]
)

# One character is written in several ways; a reader expects that of their country.
HAN = {"HK": "HK", "JP": "JP", "KR": "KR", "MO": "HK", "TW": "TC"}

STANDARD: Final = "ua-1"
"""PDF/UA-1 (ISO 14289): accessible; Typst then refuses a character without a glyph."""


class Unsettable(Exception):
    """Typst cannot set the text: a character has no glyph, or marks make no cluster."""


def typeset(  # noqa: PLR0913
    *,
    template: str,
    title: str,
    seller: Seller,
    dated: date,
    country: str,
    data: Mapping[str, Any],
) -> bytes:
    """Return the PDF of a Typst template beside this module.

    `country` (ISO 3166-1 alpha-2) is the reader's. Words that no font can show are
    spelt in Latin letters.
    """
    fonts = _fonts(country)
    contact = " · ".join(filter(None, [seller.email, seller.website]))
    shown = {
        **data,
        "title": title,
        "seller": {"name": seller.name, "address": seller.address, "contact": contact},
    }
    page = {"fonts": fonts, "paper": paper(seller.country)}
    text = in_all(shown, clean)
    # Most papers pass at the first look. A mark may still fail beside its neighbours
    # that passed alone: the last look keeps nothing that is not plain.
    *looks, strictest = (_is_trusted, _can_be_set, str.isascii)
    for can_be_set in looks:
        with suppress(Unsettable):
            return _compile(template, _spelt(text, can_be_set) | page, dated)
    return _compile(template, _spelt(text, strictest) | page, dated)


def paper(country: str) -> str:
    """Return the sheet a country prints on, by Typst's name."""
    return "us-letter" if country in LETTER else "a4"


def _fonts(country: str) -> tuple[str, ...]:
    """Return the families to look in for a character, in order: there are no others."""
    han = HAN.get(country, "SC")
    return "Libertinus Serif", "Noto Naskh Arabic", f"Noto Sans CJK {han}"


@cache
def _font_files() -> typst.Fonts:
    """Find the fonts that come with pinned packages; those of the machine may differ."""
    packages = ["noto_cjk_sans_otc", "pylopdf_fonts_ar"]
    return typst.Fonts(
        include_system_fonts=False,
        font_paths=[str(files(package)) for package in packages],
    )


def _spelt(text: Mapping[str, Any], can_be_set: Callable[[str], bool]) -> dict[str, Any]:
    changed = in_all(text, lambda words: breakable(spelt(words, can_be_set=can_be_set)))
    return dict(changed)


def _is_trusted(_word: str) -> bool:
    return True


def _can_be_set(word: str) -> bool:
    if word.isascii():
        return True
    data = {"word": breakable(word), "fonts": _fonts("")}
    try:
        _compile("word.typ", data, date(2000, 1, 1))
    except Unsettable:
        return False
    return True


def _compile(template: str, data: Mapping[str, Any], dated: date) -> bytes:
    """Return what Typst makes of the data.

    :raises Unsettable: if it cannot set the text.
    """
    try:
        return typst.compile(
            str(FOLDER / template),
            root=str(FOLDER),
            font_paths=_font_files(),
            format="pdf",
            sys_inputs={"data": json.dumps(data)},
            pdf_standards=[STANDARD],
            timestamp=datetime.combine(dated, time(12), tzinfo=UTC),
        )
    except typst.TypstError as refusal:
        raise Unsettable(str(refusal)) from refusal
    except BaseException as panic:
        # Typst gives up on some marks that no language combines. What a library in
        # Rust raises then is no Exception, and its class cannot be imported.
        if type(panic).__name__ != "PanicException":
            raise
        raise Unsettable(str(panic)) from panic
