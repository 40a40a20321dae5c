"""Find works by what a reader remembers; keep what search looks at up to date."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery, SearchRank, TrigramSimilarity
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F

from catalog.isbn import clean_isbn
from catalog.models import Product, SearchEntry, SearchWord
from catalog.querysets import BookQuerySet

LONGEST_QUERY = 200
ALIKE = 0.3  # trigram similarity from which a known word may stand for a misspelt one

# One row a work: titles weigh most, then people, then series and subjects, then texts.
INDEX = """
INSERT INTO catalogue_searchentry (work_id, isbns, vector)
SELECT work.id,
    ARRAY(SELECT upc FROM catalogue_product
        WHERE parent_id = work.id AND upc IS NOT NULL AND is_public),
    setweight(to_tsvector('books', concat_ws(' ', work.title, work.subtitle)), 'A')
    || setweight(to_tsvector('books', coalesce((
        SELECT string_agg(concat_ws(' ', person.name, other.name), ' ')
        FROM catalogue_contribution part
        JOIN catalogue_contributor person ON person.id = part.contributor_id
        LEFT JOIN catalogue_othername other ON other.contributor_id = person.id
        WHERE part.work_id = work.id), '')), 'B')
    || setweight(to_tsvector('books', concat_ws(' ', series.name, (
        SELECT string_agg(subject.name, ' ') FROM catalogue_productcategory link
        JOIN catalogue_category subject ON subject.id = link.category_id
        WHERE link.product_id = work.id))), 'C')
    || setweight(to_tsvector(
        'books', concat_ws(' ', work.short_description, work.description)), 'D')
FROM catalogue_product work
LEFT JOIN catalogue_series series ON series.id = work.series_id
WHERE work.structure = 'parent' AND work.id = ANY(%(works)s)
ON CONFLICT (work_id) DO UPDATE SET isbns = excluded.isbns, vector = excluded.vector
"""
LEARN_WORDS = """
INSERT INTO catalogue_searchword (word)
SELECT DISTINCT lower(left(word, 100)) FROM (
    SELECT regexp_split_to_table(
        unaccent(concat_ws(' ', work.title, work.subtitle, person.name, other.name)),
        '[^[:alpha:]]+'
    ) AS word
    FROM catalogue_product work
    LEFT JOIN catalogue_contribution part ON part.work_id = work.id
    LEFT JOIN catalogue_contributor person ON person.id = part.contributor_id
    LEFT JOIN catalogue_othername other ON other.contributor_id = person.id
    WHERE work.id = ANY(%(works)s)
) words WHERE length(word) > 2
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True)
class Found:
    """What a search came to."""

    query: str
    works: BookQuerySet
    edition: Product | None = None


def index_works(*, work_ids: Iterable[int]) -> None:
    """Write what search knows of these works; call it after any change to them."""
    works = sorted(work_ids)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(INDEX, {"works": works})
        cursor.execute(LEARN_WORDS, {"works": works})


def index_all() -> int:
    """Write the whole index anew; return how many works it holds."""
    works = list(Product.objects.filter(structure="parent").values_list("pk", flat=True))
    with transaction.atomic():
        SearchEntry.objects.exclude(pk__in=works).delete()
        SearchWord.objects.all().delete()
        index_works(work_ids=works)
    return len(works)


def find(*, query: str) -> Found:
    """Return the works that match, best first; for an ISBN the edition that has it.

    Any text is a valid query: quotes mark a phrase, a minus leaves a word out.
    """
    query = clean_query(query)
    works = Product.objects.works()
    if not query:
        return Found(query, works.none())
    edition = _edition_with_isbn(query)
    if edition is not None:
        return Found(query, works.filter(pk=edition.parent_id), edition)
    wanted = SearchQuery(query, config="books", search_type="websearch")
    vector = F("search_entry__vector")
    matching = works.filter(search_entry__vector=wanted)
    ranked = matching.annotate(rank=SearchRank(vector, wanted, normalization=1))
    return Found(query, ranked.order_by("-rank", "sort_title", "pk"))


def clean_query(text: str) -> str:
    """Return the text on one line, without control characters and not too long."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(printable.split())[:LONGEST_QUERY]


def did_you_mean(*, query: str) -> str:
    """Return the query with unknown words put right, or nothing if none can be."""
    words = [word.lower() for word in re.findall(r"[^\W\d_]{3,}", query)][:8]
    known = set(SearchWord.objects.filter(word__in=words).values_list("word", flat=True))
    better = query.lower()
    for word in [word for word in words if word not in known]:
        alike = SearchWord.objects.filter(word__trigram_similar=word)
        alike = alike.annotate(alike=TrigramSimilarity("word", word)).filter(alike__gt=ALIKE)
        best = alike.order_by("-alike", "word").values_list("word", flat=True).first()
        if best:
            better = re.sub(rf"\b{re.escape(word)}\b", best, better)
    return better if better != query.lower() else ""


def _edition_with_isbn(query: str) -> Product | None:
    try:
        isbn = clean_isbn(query)
    except ValidationError:
        return None
    return Product.objects.editions().select_related("parent").filter(upc=isbn).first()
