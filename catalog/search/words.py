"""What a reader typed: made harmless, read as an ISBN, put right."""

import re
from typing import Any

from django.contrib.postgres.search import TrigramSimilarity
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from catalog.isbn import LABEL, clean_isbn
from catalog.models import Product, SearchWord

LONGEST_QUERY = 200
MOST_WORDS = 8
ALIKE = 0.3  # trigram similarity from which a known word may stand for a misspelt one
SAME_NAME = 0.55  # from which two names may be one in two spellings: Tolstoi, Tolstoy
SHORTEST_NAME = 5


def clean_query(text: str) -> str:
    """Return the text on one line, without control characters and not too long."""
    printable = "".join(
        letter if letter.isprintable() else " " for letter in text[: 4 * LONGEST_QUERY]
    )
    return " ".join(printable.split())[:LONGEST_QUERY].rstrip()


def edition_with_isbn(query: str) -> Product | None:
    """Return the edition whose ISBN, of 10 or 13 digits, this is."""
    try:
        isbn = clean_isbn(query)
    except ValidationError:
        return None
    return Product.objects.editions().select_related("parent").filter(upc=isbn).first()


def about_isbn(query: str) -> str:
    """Return what is to be said of an ISBN that no book has; nothing if it is none."""
    digits = re.sub(r"[\s-]", "", LABEL.sub("", query, count=1))
    if not re.fullmatch(r"\d{9}[\dXx]|97[89]\d{10}", digits):
        return ""
    try:
        clean_isbn(query)
    except ValidationError:
        return (
            "This looks like an ISBN, but its digits do not fit together: look at them again."
        )
    return "We have no book with this ISBN."


def did_you_mean(query: str) -> str:
    """Return the query with unknown words put right, or nothing if none can be."""
    words = _words(query)
    known = set(_known().filter(word__in=words).values_list("word", flat=True))
    better = query
    for word in [word for word in words if word not in known]:
        alike = _known().filter(word__trigram_similar=word)
        alike = alike.annotate(alike=TrigramSimilarity("word", word)).filter(alike__gt=ALIKE)
        best = alike.order_by("-alike", "word").values_list("word", flat=True).first()
        if best:
            better = re.sub(rf"\b{re.escape(word)}\b", best, better, flags=re.IGNORECASE)
    return better.lower() if better != query else ""


SPELLINGS = """
SELECT asked.word, known.word FROM unnest(%(words)s::text[]) asked (word)
JOIN catalogue_searchword known ON known.word %% asked.word AND known.is_name
WHERE known.word <> asked.word AND similarity(known.word, asked.word) >= %(alike)s
    AND (known.known_from IS NULL OR known.known_from <= %(now)s)
    AND left(known.word, 1) = left(asked.word, 1)
ORDER BY similarity(known.word, asked.word) DESC, known.word
"""


def other_spellings(query: str) -> dict[str, list[str]]:
    """Return the words of the query that may be names, each with up to three spellings."""
    words = [word for word in _words(query) if len(word) >= SHORTEST_NAME]
    spellings: dict[str, list[str]] = {}
    if words and '"' not in query:
        with connection.cursor() as cursor:
            values: dict[str, Any] = {"words": words, "alike": SAME_NAME, "now": timezone.now()}
            cursor.execute(SPELLINGS, values)
            for word, spelling in cursor.fetchall():
                spellings.setdefault(word, []).append(spelling)
    return {word: found[:3] for word, found in spellings.items()}


def respelt(query: str, spellings: dict[str, list[str]]) -> list[str]:
    """Return the query with each name in each other spelling, one at a time."""
    return [
        re.sub(rf"\b{re.escape(word)}\b", spelling, query, flags=re.IGNORECASE)
        for word, found in spellings.items()
        for spelling in found
    ]


def _known() -> QuerySet[SearchWord]:
    """Return the words of works that are announced."""
    is_known = Q(known_from=None) | Q(known_from__lte=timezone.now())
    return SearchWord.objects.filter(is_known)


def _words(query: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[^\W\d_]{3,}", query)][:MOST_WORDS]
