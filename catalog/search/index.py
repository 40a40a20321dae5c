"""Write what search knows of works; call it after any change to them.

Only words are kept here. Prices, stock, types, languages and dates are asked of the
books themselves, so that none of them can be out of date.
"""

from collections.abc import Iterable

from django.db import connection, transaction

from catalog.models import Product, SearchEntry, SearchHeading, SearchWord

# All the names under which a person may be looked for.
NAMES = """concat_ws(' ', person.name, (SELECT string_agg(other.name, ' ' ORDER BY other.name)
    FROM catalogue_othername other WHERE other.contributor_id = person.id))"""
# As a reader would type it: no accents, no capitals, no signs.
PLAIN = r"left(btrim(regexp_replace(lower(unaccent({})), '[^[:alnum:]]+', ' ', 'g')), 255)"
LONGEST_TEXT = 200_000  # letters that search looks at; PostgreSQL refuses very long ones
# Without regard to when it is announced: see `shown_from`.
SHOWN = """work.structure = 'parent' AND work.is_public AND EXISTS (
    SELECT FROM catalogue_product edition WHERE edition.parent_id = work.id
    AND edition.structure = 'child' AND edition.is_public)"""

# Titles weigh most, then people and series, then subjects, then texts.
ENTRIES = f"""
INSERT INTO catalogue_searchentry
    (work_id, title_key, heading, vector, people, subjects, series, shown_from)
SELECT id, title_key, heading, heading
    || setweight(to_tsvector('books', coalesce(subject_names, '')), 'C')
    || setweight(to_tsvector('books', texts), 'D'), people, subjects, series, shown_from
FROM (
    SELECT work.id, {PLAIN.format("work.title")} AS title_key,
        setweight(to_tsvector('books', concat_ws(' ', work.title, work.subtitle)), 'A')
        || setweight(to_tsvector(
            'books', concat_ws(' ', parts.names, series.name)), 'B') AS heading,
        filed.names AS subject_names,
        left(regexp_replace(
            concat_ws(' ', work.short_description, work.description), '<[^>]*>', ' ', 'g'
        ), {LONGEST_TEXT}) AS texts,
        CASE WHEN {SHOWN} THEN coalesce(parts.keys, '{{}}') ELSE '{{}}' END AS people,
        CASE WHEN {SHOWN} THEN coalesce(filed.keys, '{{}}') ELSE '{{}}' END AS subjects,
        CASE WHEN {SHOWN} AND series.id IS NOT NULL
            THEN ARRAY[series.id] ELSE '{{}}' END AS series,
        greatest(work.announced_at, first.announced_at) AS shown_from
    FROM catalogue_product work
    LEFT JOIN catalogue_series series ON series.id = work.series_id
    LEFT JOIN LATERAL (
        SELECT string_agg({NAMES}, ' ' ORDER BY part.position, part.id) AS names,
            array_agg(DISTINCT person.id) AS keys
        FROM catalogue_contribution part
        JOIN catalogue_contributor person ON person.id = part.contributor_id
        WHERE part.work_id = work.id
    ) parts ON true
    LEFT JOIN LATERAL (
        SELECT string_agg(DISTINCT subject.name, ' ' ORDER BY subject.name)
                FILTER (WHERE subject.id = link.category_id) AS names,
            array_agg(DISTINCT subject.id) AS keys
        FROM catalogue_productcategory link
        JOIN catalogue_category below ON below.id = link.category_id
        JOIN catalogue_category subject ON subject.path = ANY(ARRAY(
            SELECT left(below.path, size) FROM generate_series(4, length(below.path), 4) size))
        WHERE link.product_id = work.id
    ) filed ON true
    LEFT JOIN LATERAL (
        SELECT CASE WHEN bool_and(edition.announced_at IS NOT NULL)
            THEN min(edition.announced_at) END AS announced_at
        FROM catalogue_product edition WHERE edition.parent_id = work.id
        AND edition.structure = 'child' AND edition.is_public
    ) first ON true
    WHERE work.structure = 'parent' AND work.id = ANY(%(works)s)
    ORDER BY work.id
) found
ON CONFLICT (work_id) DO UPDATE SET title_key = excluded.title_key,
    heading = excluded.heading, vector = excluded.vector, people = excluded.people,
    subjects = excluded.subjects, series = excluded.series, shown_from = excluded.shown_from
"""
# Each from when the first work is shown that has it.
LEARN_WORDS = f"""
INSERT INTO catalogue_searchword AS old (word, is_name, known_from)
SELECT word, bool_or(is_name),
    CASE WHEN bool_and(shown_from IS NOT NULL) THEN min(shown_from) END
FROM (
    SELECT lower(left(word, 100)) AS word, is_name, shown_from FROM (
        SELECT work.id, entry.shown_from FROM catalogue_product work
        JOIN catalogue_searchentry entry ON entry.work_id = work.id
        WHERE work.id = ANY(%(works)s) AND {SHOWN}
    ) shown, LATERAL (
        SELECT unaccent(concat_ws(' ', title, subtitle)) AS text, false AS is_name
        FROM catalogue_product work WHERE work.id = shown.id
        UNION ALL SELECT unaccent({NAMES}), true
        FROM catalogue_contribution part
        JOIN catalogue_contributor person ON person.id = part.contributor_id
        WHERE part.work_id = shown.id
    ) texts, regexp_split_to_table(text, '[^[:alpha:]]+') word
) words WHERE length(word) > 2 GROUP BY word ORDER BY word
ON CONFLICT (word) DO UPDATE SET is_name = old.is_name OR excluded.is_name,
    known_from = CASE WHEN old.known_from IS NULL OR excluded.known_from IS NULL THEN NULL
        ELSE least(old.known_from, excluded.known_from) END
    WHERE excluded.is_name AND NOT old.is_name OR old.known_from IS NOT NULL
        AND (excluded.known_from IS NULL OR excluded.known_from < old.known_from)
"""
# For each kind: what a heading says, and how many books it has.
_BYLINE = """coalesce((SELECT string_agg(person.name, ', ' ORDER BY part.position, part.id)
    FROM catalogue_contribution part
    JOIN catalogue_contributor person ON person.id = part.contributor_id
    WHERE part.work_id = work.id AND part.role = 'A01'), '')"""
_BOOKS = "SELECT count(*) FROM catalogue_searchentry entry WHERE entry.work_id IN ({}) AND {}"
SOURCES = {
    SearchHeading.Kind.WORK: f"""
        SELECT work.id, work.title, left({_BYLINE}, 255), work.slug, 1, work.title
        FROM catalogue_product work WHERE {SHOWN} AND work.id = ANY(%(keys)s)""",
    SearchHeading.Kind.PERSON: f"""
        SELECT person.id, person.name, '', person.slug, {{books}}, {NAMES}
        FROM catalogue_contributor person WHERE person.id = ANY(%(keys)s)""",
    SearchHeading.Kind.SERIES: """
        SELECT series.id, series.name, '', series.slug, {books}, series.name
        FROM catalogue_series series WHERE series.id = ANY(%(keys)s)""",
    SearchHeading.Kind.SUBJECT: """
        SELECT subject.id, subject.name, '', subject.slug, {books}, subject.name
        FROM catalogue_category subject
        WHERE subject.is_public AND subject.id = ANY(%(keys)s)""",
}
BOOKS = {
    SearchHeading.Kind.PERSON: _BOOKS.format(
        "SELECT work_id FROM catalogue_contribution WHERE contributor_id = person.id",
        "entry.people @> ARRAY[person.id]",
    ),
    SearchHeading.Kind.SERIES: _BOOKS.format(
        "SELECT id FROM catalogue_product WHERE series_id = series.id",
        "entry.series @> ARRAY[series.id]",
    ),
    SearchHeading.Kind.SUBJECT: _BOOKS.format(
        "SELECT link.product_id FROM catalogue_productcategory link "
        "JOIN catalogue_category below ON below.id = link.category_id "
        "WHERE left(below.path, length(subject.path)) = subject.path",
        "entry.subjects @> ARRAY[subject.id]",
    ),
}
# Counting takes a while for a subject with many books: only where the number may differ.
BOOKS_AS_BEFORE = {
    kind: f"""coalesce((SELECT books FROM catalogue_searchheading
        WHERE kind = '{kind.value}' AND target = {kind.value}.id), ({books}))"""
    for kind, books in BOOKS.items()
}
# All at once: the numbers first, from which the headings are then written.
COUNT_ALL = """
INSERT INTO catalogue_searchheading (kind, target, name, detail, slug, books, key, words)
SELECT %(kind)s, key, '', '', '', count(*), '', ''
FROM catalogue_searchentry, unnest({}) key GROUP BY key RETURNING target
"""
AT_ONCE = 1_000
WRITE_HEADINGS = """
WITH found (target, name, detail, slug, books, names) AS MATERIALIZED ({source}), kept AS (
    INSERT INTO catalogue_searchheading AS old
        (kind, target, name, detail, slug, books, key, words)
    SELECT %(kind)s, target, name, detail, slug, books, {key},
        to_tsvector('names', names) || array_to_tsvector(ARRAY['@' || %(kind)s])
    FROM found WHERE books > 0 ORDER BY target
    ON CONFLICT (kind, target) DO UPDATE SET name = excluded.name, detail = excluded.detail,
        slug = excluded.slug, books = excluded.books, key = excluded.key,
        words = excluded.words
    WHERE (old.name, old.detail, old.slug, old.books, old.words) IS DISTINCT FROM
        (excluded.name, excluded.detail, excluded.slug, excluded.books, excluded.words)
)
DELETE FROM catalogue_searchheading WHERE kind = %(kind)s AND target = ANY(%(keys)s)
    AND target NOT IN (SELECT target FROM found WHERE books > 0)
"""
GROUPS = {
    "people": SearchHeading.Kind.PERSON,
    "series": SearchHeading.Kind.SERIES,
    "subjects": SearchHeading.Kind.SUBJECT,
}
COUNTED = "SELECT work_id, unnest({}) FROM catalogue_searchentry WHERE work_id = ANY(%s)"


def index_works(*, work_ids: Iterable[int]) -> None:
    """Write what search knows of these works, and of all under which they are counted."""
    works = sorted(set(work_ids))
    with transaction.atomic():
        before = {group: _counted(group, works) for group in GROUPS}
        _write_entries(works)
        for group, kind in GROUPS.items():
            after = _counted(group, works)
            moved = {key for _, key in before[group] ^ after}
            stayed = {key for _, key in before[group] & after} - moved
            _write_headings(kind, sorted(moved), books=BOOKS[kind])
            _write_headings(kind, sorted(stayed), books=BOOKS_AS_BEFORE[kind])


def index_all() -> int:
    """Write the whole index anew; return how many works it holds."""
    works = list(Product.objects.filter(structure="parent").values_list("pk", flat=True))
    with transaction.atomic():
        # Headings before entries, which would count each of them down.
        for model in (SearchHeading, SearchEntry, SearchWord):
            model.objects.all().delete()
        for start in range(0, len(works), AT_ONCE):
            _write_entries(works[start : start + AT_ONCE])
        with connection.cursor() as cursor:
            for group, kind in GROUPS.items():
                cursor.execute(COUNT_ALL.format(group), {"kind": kind})
                keys = [key for (key,) in cursor.fetchall()]
                _write_headings(kind, keys, books=BOOKS_AS_BEFORE[kind])
    return len(works)


def _write_entries(works: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(ENTRIES, {"works": works})
        cursor.execute(LEARN_WORDS, {"works": works})
    _write_headings(SearchHeading.Kind.WORK, works, books="1")


def _counted(group: str, works: list[int]) -> set[tuple[int, int]]:
    """Return the works with the people, series or subjects whose books they are among."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTED.format(group), [works])
        return set(cursor.fetchall())


def _write_headings(kind: SearchHeading.Kind, keys: list[int], *, books: str) -> None:
    if not keys:
        return
    source = SOURCES[kind].format(books=f"({books})")
    statement = WRITE_HEADINGS.format(source=source, key=PLAIN.format("name"))
    with connection.cursor() as cursor:
        cursor.execute(statement, {"kind": kind, "keys": keys})
