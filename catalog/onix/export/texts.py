"""Texts with mark-up, as ONIX holds them (list 34)."""

import re
from typing import Final

from lxml import etree

from catalog import html
from catalog.onix.composite import HTML, INVISIBLE, MARKUP, WHITE_SPACE, XHTML
from catalog.onix.export.elements import Element, part, storable, words

BLOCKS: Final = frozenset({"p", "h3", "h4", "ul", "ol", "blockquote"})
INLINE: Final = frozenset({"a", "br", "cite", "em", "i", "b", "strong", "sub", "sup"})
# What each element may hold in ONIX's part of XHTML; the others hold text and INLINE.
CONTENTS: Final = {
    "": BLOCKS | INLINE,
    "li": BLOCKS | INLINE,
    "ul": frozenset({"li"}),
    "ol": frozenset({"li"}),
    "blockquote": BLOCKS,
    "a": INLINE - {"a"},
    "br": frozenset(),
}
WITHOUT_TEXT: Final = {"ul", "ol", "blockquote", "br"}
NEVER_EMPTY: Final = {"ul", "ol"}


def marked_up(name: str, text: str) -> Element | None:
    """Return an element with HTML in it as XHTML, or nothing if there are no words.

    HTML that XHTML does not allow, such as a list without an entry, goes as it is,
    escaped: readers of the message get the same text either way.
    """
    body = html.clean(storable(text).translate(INVISIBLE))
    body = WHITE_SPACE.sub(" ", body).strip()
    if not html.plain(body):
        return None
    try:
        element = etree.fromstring(f"<{name}>{_as_xml(body)}</{name}>")
    except etree.XMLSyntaxError:
        element = None
    if element is None or not _is_xhtml(element, ""):
        element = etree.Element(name)
        element.text = body
        element.set("textformat", HTML)
        return element
    for link in element.iter("a"):
        link.attrib.pop("rel", None)
    element.set("textformat", XHTML)
    return element


def plain(name: str, text: str) -> Element | None:
    """Return an element with plain words; what could be taken for HTML goes as XHTML."""
    if not MARKUP.search(text):
        return part(name, text)
    element = etree.Element(name, textformat=XHTML)
    etree.SubElement(element, "p").text = words(text)
    return element


def address(name: str, url: str) -> Element | None:
    """Return an element with an address, or nothing if that is not one."""
    return part(name, url) if ADDRESS.fullmatch(url) else None


ADDRESS: Final = re.compile(
    r"https?://(?:[\w.~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+"
    r"(?:#(?:[\w.~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)?"
)


def _as_xml(body: str) -> str:
    # The only empty element and the only named entity that a cleaned text can have.
    return body.replace("<br>", "<br/>").replace("&nbsp;", "&#160;")


def _is_xhtml(element: Element, name: str) -> bool:
    if name in WITHOUT_TEXT and (
        (element.text or "").strip() or any((child.tail or "").strip() for child in element)
    ):
        return False
    if name in NEVER_EMPTY and not len(element):
        return False
    allowed = CONTENTS.get(name, INLINE)
    return all(child.tag in allowed and _is_xhtml(child, str(child.tag)) for child in element)
