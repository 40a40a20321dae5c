"""How many of the works found each further choice would leave.

Each kind of choice is counted among the works that meet all *other* choices. Among more
works than are counted, the numbers are of so many of them, and said to be at least that.
"""

from dataclasses import dataclass

from django.db import connection

from catalog.search.filters import KINDS, Filters
from catalog.search.matching import PAYABLE, Matching

SHOWN = 8
COUNTED = 500
"""Beyond so many, works are not counted but said to be more."""

LOOKED_AT = 1_500
"""So many works with the words are looked at for editions that meet the choices."""

FOUND = """
WITH looked_at AS MATERIALIZED (
    SELECT entry.work_id AS id, entry.subjects, entry.people FROM catalogue_searchentry entry
    WHERE {entries} LIMIT {looked_at}
), found AS MATERIALIZED (
    SELECT work.id, work.subjects, work.people FROM looked_at work WHERE {seen} LIMIT {most}
), offered AS MATERIALIZED (
    SELECT found.id, edition.publication_type, edition.language,
        extract(year FROM edition.published_on)::int / 10 * 10 AS decade, {price} AS price
    FROM found JOIN catalogue_product edition ON edition.parent_id = found.id
    WHERE {editions}
)
SELECT 'looked at' AS kind, '' AS value, '' AS label,
    CASE WHEN (SELECT count(*) FROM found) < {most}
        THEN (SELECT count(*) FROM looked_at) END AS works
UNION ALL SELECT 'found', '', '', count(*) FROM found
"""
PRICE = f"""(SELECT min(stock.price) FROM partner_stockrecord stock WHERE
    stock.product_id = edition.id AND {PAYABLE.format(stock="stock", edition="edition")})"""
PRICED = {"available", "price"}
OF_KIND = {
    "type": """SELECT 'type', publication_type, '', count(DISTINCT id) FROM offered
        WHERE publication_type <> '' GROUP BY publication_type""",
    "language": """SELECT 'language', language, '', count(DISTINCT id) FROM offered
        WHERE language <> '' GROUP BY language""",
    "available": """SELECT 'available', '1', '', count(DISTINCT id) FROM offered
        WHERE price IS NOT NULL""",
    "price": """SELECT 'price', CASE WHEN price < 10 THEN '0-10' WHEN price < 20 THEN '10-20'
            WHEN price < 30 THEN '20-30' ELSE '30-' END AS range, '', count(DISTINCT id)
        FROM offered WHERE price IS NOT NULL GROUP BY range""",
    "year": """SELECT 'year', decade || 's', '', count(DISTINCT id) FROM offered
        WHERE decade IS NOT NULL GROUP BY decade""",
    "subject": """(SELECT 'subject', subject.slug, subject.name, counted.works
        FROM (SELECT key, count(*) AS works FROM found, unnest(found.subjects) key
            GROUP BY key ORDER BY 2 DESC, 1 LIMIT {shown}) counted
        JOIN catalogue_category subject ON subject.id = counted.key AND subject.is_public)""",
    "author": """(SELECT 'author', person.slug, person.name, counted.works
        FROM (SELECT key, count(*) AS works FROM found, unnest(found.people) key
            GROUP BY key ORDER BY 2 DESC, 1 LIMIT {shown}) counted
        JOIN catalogue_contributor person ON person.id = counted.key)""",
}


@dataclass(frozen=True)
class Count:
    """How many works a choice would leave."""

    value: str
    label: str
    works: int


@dataclass(frozen=True)
class Facets:
    """The numbers of all kinds, and which of them are only at least so many."""

    works: int
    counts: dict[str, list[Count]]
    at_least: frozenset[str]
    is_at_least: bool


NOTHING = Facets(works=0, counts={}, at_least=frozenset(), is_at_least=False)


@dataclass(frozen=True)
class _Counted:
    works: int
    is_at_least: bool
    counts: dict[str, list[Count]]


def count(filters: Filters, texts: tuple[str, ...]) -> Facets:
    """Count all kinds: once for those not chosen yet, and once for each that is."""
    matching = filters.matching(texts)
    active = [kind for kind in KINDS if kind in {**filters.work, **filters.edition}]
    counted = {tuple(kind for kind in KINDS if kind not in active): matching}
    counted |= {(kind,): matching.without(kind) for kind in active}
    found = {kinds: _count(among, kinds) for kinds, among in counted.items()}
    of_all = next(iter(found.values()))
    return Facets(
        works=of_all.works,
        counts={kind: one.counts[kind] for kinds, one in found.items() for kind in kinds},
        at_least=frozenset(
            kind for kinds, one in found.items() if one.is_at_least for kind in kinds
        ),
        is_at_least=of_all.is_at_least,
    )


def _count(matching: Matching, kinds: tuple[str, ...]) -> _Counted:
    statement = FOUND.format(
        entries=matching.entries(),
        seen=matching.seen("work.id"),
        editions=matching.editions("edition"),
        price=PRICE if PRICED & set(kinds) else "NULL::numeric",
        looked_at=LOOKED_AT,
        most=COUNTED + 1,
    )
    for kind in kinds:
        statement += f" UNION ALL {OF_KIND[kind].format(shown=SHOWN)}"
    works, looked_at = 0, 0
    counts = {kind: list[Count]() for kind in kinds}
    with connection.cursor() as cursor:
        cursor.execute(statement, matching.parameters)
        for kind, value, label, number in cursor.fetchall():
            if kind == "looked at":
                looked_at = number
            elif kind == "found":
                works = number
            elif number:
                counts[kind].append(Count(value, label, number))
    return _Counted(works, works > COUNTED or looked_at == LOOKED_AT, counts)
