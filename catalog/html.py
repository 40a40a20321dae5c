"""The small part of HTML that descriptions and biographies may use."""

import nh3
from django.utils.html import linebreaks, strip_tags

TAGS = {"a", "blockquote", "br", "cite", "em", "h3", "h4", "i", "b", "li", "ol", "p"}
TAGS |= {"strong", "sub", "sup", "ul"}
BLOCKS = ("<p", "<ul", "<ol", "<blockquote", "<h3", "<h4")


def clean(text: str) -> str:
    """Return `text` with only the allowed elements; plain text becomes paragraphs."""
    text = text.strip()
    if not text:
        return ""
    if not any(block in text for block in BLOCKS):
        text = linebreaks(text)
    return nh3.clean(
        text,
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener",
    )


def plain(text: str) -> str:
    """Return the words of a cleaned text on one line, for descriptions in meta data."""
    return " ".join(strip_tags(text.replace("</p>", " ")).split())
