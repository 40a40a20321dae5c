"""Text that can be set: no character without a glyph, none that moves its neighbours."""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from anyascii import anyascii

LONGEST_WORD = 24
"""Characters that fit on a line wherever a word may stand; a longer one may be broken."""

JOINERS = "\u200c\u200d"
"""Invisible, but Persian and the scripts of India are not spelt without them."""

UNSET = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
"""Unicode's categories of controls, of signs for one program alone, and of no sign."""

BREAK = "\u200b"


def clean(text: str) -> str:
    """Return text on one line, composed, without anything that is no letter or sign.

    Marks that turn the direction of writing go too: they could reorder a line.
    """
    composed = unicodedata.normalize("NFC", text)
    kept = "".join(_kept(character) for character in composed)
    return " ".join(kept.split())


def breakable(text: str) -> str:
    """Return text whose very long words may be broken at any character."""
    return re.sub(rf"\S{{{LONGEST_WORD + 1},}}", lambda word: _loosened(word[0]), text)


def spelt(text: str, *, can_be_set: Callable[[str], bool]) -> str:
    """Return text with each word that no font can show spelt in Latin letters."""
    return " ".join(
        word if can_be_set(word) else anyascii(word).strip() or "?" for word in text.split(" ")
    )


def in_all(data: Any, change: Callable[[str], str]) -> Any:
    """Return a copy of lists, tuples and dicts with every text in them changed."""
    if isinstance(data, str):
        return change(data)
    if isinstance(data, dict):
        return {key: in_all(value, change) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [in_all(value, change) for value in data]
    return data


def _kept(character: str) -> str:
    if character in JOINERS or unicodedata.category(character) not in UNSET:
        return character
    return " " if character.isspace() or unicodedata.category(character) == "Cc" else ""


def _loosened(word: str) -> str:
    """Put a place to break before each character that does not combine with the last."""
    return "".join(
        character
        if unicodedata.category(character).startswith("M") or character in JOINERS
        else BREAK + character
        for character in word
    ).removeprefix(BREAK)
