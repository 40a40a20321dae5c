"""Show where the words stand: in the title, and in a piece of the text around them."""

import html
import re
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from catalog.html import plain
from catalog.models import Product

# Signs that no text has after these are taken out of it.
START, STOP = "\x02", "\x03"
SIGNS = re.compile(f"[{START}{STOP}\x00]")
MARKED = re.compile(f"{START}([^{STOP}]*){STOP}")
LONGEST_TEXT = 4_000
WHOLE = f"HighlightAll=true, StartSel={START}, StopSel={STOP}"
PIECE = f"MaxWords=36, MinWords=24, ShortWord=0, StartSel={START}, StopSel={STOP}"
HEADLINES = """
SELECT ts_headline('books', text.title, query, %(whole)s),
    ts_headline('books', text.piece, query, %(piece)s)
FROM unnest(%(titles)s::text[], %(pieces)s::text[]) WITH ORDINALITY text (title, piece, place),
    (SELECT {tsquery} AS query) asked
ORDER BY place
"""


def snippets(
    works: Sequence[Product], *, tsquery: str, values: dict[str, Any]
) -> list[tuple[SafeString, SafeString]]:
    """Return the title and a piece of the text of each work, the words in `mark`."""
    texts = [_text(work) for work in works]
    with connection.cursor() as cursor:
        cursor.execute(
            HEADLINES.format(tsquery=tsquery),
            {
                **values,
                "titles": [SIGNS.sub("", work.title) for work in works],
                "pieces": texts,
                "whole": WHOLE,
                "piece": PIECE,
            },
        )
        found = cursor.fetchall()
    return [
        (_mark(title), _around(piece, text))
        for (title, piece), text in zip(found, texts, strict=True)
    ]


def _text(work: Product) -> str:
    text = html.unescape(plain(f"{work.short_description} {work.description}"))
    return SIGNS.sub("", text)[:LONGEST_TEXT]


def _around(piece: str, text: str) -> SafeString:
    """Mark a piece, with dots where the text goes on."""
    bare = SIGNS.sub("", piece)
    before = "" if text.startswith(bare) else "\N{HORIZONTAL ELLIPSIS} "
    after = "" if text.endswith(bare) else " \N{HORIZONTAL ELLIPSIS}"
    return format_html("{}{}{}", before, _mark(piece), after)


def _mark(text: str) -> SafeString:
    # Every second part stood between the signs.
    return format_html_join(
        "",
        "{}",
        (
            (format_html("<mark>{}</mark>", part) if place % 2 else part,)
            for place, part in enumerate(MARKED.split(text))
        ),
    )
