"""Read one ONIX element by reference names, whichever style its tags have."""

import re
from collections.abc import Iterator
from html import escape, unescape
from typing import Self

from lxml import etree

from catalog.html import plain
from catalog.onix.tags import reference_name

INVISIBLE = dict.fromkeys(map(ord, "\u200b\u2060\ufeff"))
MARKUP = re.compile(
    r"</?(p|br|i|em|b|strong|ul|ol|li|div|span|blockquote|h[1-6]|a)\b", re.IGNORECASE
)
WHITE_SPACE = re.compile("[ \\t\\r\\n\\f]+")  # HTML's own: a no-break space is a character
HTML, XML, XHTML = "02", "03", "05"  # list 34


class Composite:
    """An element of a record with its children by name; absent text is empty."""

    def __init__(self, element: etree._Element) -> None:
        """Sort the children of an element by name."""
        self.element = element
        self._children: dict[str, list[etree._Element]] = {}
        for child in element:
            if isinstance(child.tag, str):
                self._children.setdefault(reference_name(child.tag), []).append(child)

    @property
    def line(self) -> int:
        """The line of the file on which the element starts."""
        return self.element.sourceline or 0

    @property
    def names(self) -> Iterator[str]:
        """The names of the children, each once."""
        return iter(self._children)

    def __contains__(self, name: str) -> bool:
        return name in self._children

    def all(self, name: str) -> list[Self]:
        """Return the children of that name."""
        return [type(self)(child) for child in self._children.get(name, [])]

    def path(self, *names: str) -> list[Self]:
        """Return the descendants found by following the names downwards."""
        found = [self]
        for name in names:
            found = [child for parent in found for child in parent.all(name)]
        return found

    def text(self, name: str = "") -> str:
        """Return the words of the first child of that name, or of the element itself."""
        if not name:
            words = "".join(str(part) for part in self.element.itertext(tag=etree.Element))
            return " ".join(words.translate(INVISIBLE).split())
        children = self.all(name)
        return children[0].text() if children else ""

    def texts(self, name: str) -> list[str]:
        """Return the words of every child of that name, leaving out the empty ones."""
        return list(filter(None, (child.text() for child in self.all(name))))

    def attribute(self, name: str) -> str:
        """Return an attribute, empty if absent."""
        return str(self.element.get(name, ""))

    def html(self) -> str:
        """Return the content as HTML (not yet cleaned).

        XHTML comes as elements, HTML as escaped text (list 34). Many senders leave
        out the format of escaped HTML; text with the usual tags is taken for HTML.
        """
        form = self.attribute("textformat")
        text = (self.element.text or "").translate(INVISIBLE).strip()
        if form == XHTML or len(self.element):
            return WHITE_SPACE.sub(" ", _inner(self.element).translate(INVISIBLE)).strip()
        if form in {HTML, XML} or MARKUP.search(text):
            return text
        return escape(text, quote=False)

    def words(self) -> str:
        """Return the content as plain words on one line, whatever its mark-up."""
        return unescape(plain(self.html()))


def _inner(element: etree._Element) -> str:
    """Return the content of an element without namespaces, prefixes and comments."""
    parts = [escape(element.text or "", quote=False)]
    for child in element:
        if isinstance(child.tag, str):
            name = child.tag.rpartition("}")[2]
            href = child.get("href")
            link = f' href="{escape(str(href))}"' if href else ""
            end = "" if name == "br" else f"{_inner(child)}</{name}>"
            parts.append(f"<{name}{link}>{end}")
        parts.append(escape(child.tail or "", quote=False))
    return "".join(parts)
