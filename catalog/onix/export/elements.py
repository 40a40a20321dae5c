"""Build ONIX elements by reference names; what is empty is left out."""

import re
from typing import Final

from lxml import etree

from catalog.onix.composite import INVISIBLE
from catalog.onix.tags import REFERENCE_NAMES

Element = etree._Element
Content = str | int | Element | None

SHORT_NAMES: Final = {reference: short for short, reference in REFERENCE_NAMES.items()}
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def storable(text: str) -> str:
    """Return the text without the control characters that XML 1.0 cannot hold."""
    return NOT_XML.sub("", text)


def words(text: str) -> str:
    """Return the text on one line, as an import reads it: one space for any white space."""
    return " ".join(storable(text).translate(INVISIBLE).split())


def part(name: str, *content: Content, **attributes: str) -> Element | None:
    """Return an element with the words or the children given, or nothing if it is empty."""
    element = etree.Element(name)
    for piece in content:
        if isinstance(piece, (str, int)):
            element.text = words(str(piece))
        elif piece is not None:
            element.append(piece)
    if not element.text and not len(element):
        return None
    for attribute, value in attributes.items():
        element.set(attribute, value)
    return element


def flag(name: str) -> Element:
    """Return an element that says something by being there."""
    return etree.Element(name)


def coded(name: str, kind: tuple[str, str], value: tuple[str, Content]) -> Element | None:
    """Return a composite of a code and a value, or nothing if there is no value."""
    told = part(*value)
    return None if told is None else part(name, part(*kind), told)


def xml(element: Element, *, depth: int, is_short: bool) -> bytes:
    """Return the element as lines of XML, indented as it lies in the message."""
    _indent(element, depth)
    if is_short:
        for descendant in element.iter():
            name = str(descendant.tag)
            descendant.tag = SHORT_NAMES.get(name, name)
    text = etree.tostring(element, encoding="unicode")
    return f"{'  ' * depth}{text}\n".encode()


def _indent(element: Element, depth: int) -> None:
    """Put each child on a line of its own; texts with mark-up stay as they are."""
    if not len(element) or element.get("textformat"):
        return
    element.text = "\n" + "  " * (depth + 1)
    for child in element:
        _indent(child, depth + 1)
        child.tail = element.text
    element[-1].tail = "\n" + "  " * depth
