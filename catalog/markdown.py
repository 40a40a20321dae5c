"""Texts as staff write them: Markdown to the stored HTML, and back.

What is stored is the clean HTML of `catalog.html`; Markdown is made from it for a form.
"""

import re
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdownify import ATX, BACKSLASH, MarkdownConverter

from catalog import html

# A page has one h1, and the section that holds a text an h2.
HEADINGS = {"h1": "h3", "h2": "h3", "h5": "h4", "h6": "h4"}
# What would be markup, wherever it stands, and what would be at the start of a line.
MARKUP = re.compile(r"[\\*_`]|\[(?=[^\]]*\]\()|<(?=[a-zA-Z/!?])|&(?=#?\w+;)")
NUMBER = re.compile(r"(?m)^(\s*\d+)([.)])(?=\s|$)")
LINE_MARK = re.compile(r"(?m)^(\s*)(#{1,6}(?=\s|$)|>|[-+](?=\s|$)|[-=~]{3,}\s*$|~{3})")


def to_html(markdown: str) -> str:
    """Return Markdown (CommonMark) as the HTML that is stored; HTML in it is cleaned."""
    return html.clean(_RENDERER.render(markdown))


def from_html(text: str) -> str:
    """Return stored HTML as Markdown that renders to the same."""
    markdown: str = _Converter(
        heading_style=ATX,
        newline_style=BACKSLASH,
        bullets="-",
        sub_symbol="<sub>",
        sup_symbol="<sup>",
        strong_em_symbol="*",
    ).convert(text)
    return markdown.strip()


def _heading(tokens: Any, index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    token.tag = HEADINGS.get(token.tag, token.tag)
    return RendererHTML().renderToken(tokens, index, options, env)


_RENDERER = MarkdownIt("commonmark", {"html": True})
_RENDERER.renderer.rules |= {  # type: ignore[attr-defined]
    "heading_open": _heading,
    "heading_close": _heading,
}


class _Converter(MarkdownConverter):
    """Escape only what would be taken for markup, so that the text can be read."""

    def escape(self, text: str, parent_tags: Any) -> str:
        """Return a text node as it has to be written."""
        text = MARKUP.sub(r"\\\g<0>", text or "")
        text = NUMBER.sub(r"\1\\\2", text)
        return LINE_MARK.sub(r"\1\\\2", text)

    def convert_cite(self, element: Any, text: str, parent_tags: Any) -> str:
        """Keep the title of a work as the element that says so; Markdown has no sign."""
        return f"<cite>{text}</cite>" if text.strip() else ""
