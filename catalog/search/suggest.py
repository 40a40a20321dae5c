"""What a reader may mean who has typed so far: books, people, series, subjects."""

import re
from dataclasses import dataclass

from django.db import connection
from django.urls import reverse
from django.utils import timezone

from catalog.models import SearchHeading
from catalog.search import words
from catalog.search.headings import UNANNOUNCED
from catalog.search.index import PLAIN

Kind = SearchHeading.Kind
SHORTEST = 2
MOST_WORDS = 8
SHOWN = {Kind.WORK: 5, Kind.PERSON: 3, Kind.SERIES: 2, Kind.SUBJECT: 2}
TITLES = {
    Kind.WORK: "Books",
    Kind.PERSON: "People",
    Kind.SERIES: "Series",
    Kind.SUBJECT: "Subjects",
}
PAGES = {
    Kind.WORK: "catalog:work",
    Kind.PERSON: "catalog:contributor",
    Kind.SERIES: "catalog:series",
    Kind.SUBJECT: "catalog:subject",
}
LOOKED_AT = 300
"""So many that begin like this are ranked; who types on has fewer."""

# Of each kind: the very name, then names that begin like this, then those with most books.
OF_KIND = f"""(
    SELECT kind, name, detail, slug, books FROM (
        SELECT kind, target, name, detail, slug, key,
            heading.books - coalesce(unannounced.books, 0) AS books
        FROM catalogue_searchheading heading LEFT JOIN unannounced USING (kind, target)
        WHERE words @@ (to_tsquery('names', %(words)s) && '''@{{kind}}'''::tsquery)
        AND heading.books > coalesce(unannounced.books, 0) LIMIT {LOOKED_AT}
    ) found, (SELECT {PLAIN.format("%(text)s")} AS plain) typed
    ORDER BY key = plain DESC, starts_with(key, plain) DESC, books DESC, key, target
    LIMIT {{shown}}
)"""
FIND = f"WITH {UNANNOUNCED} " + " UNION ALL ".join(
    OF_KIND.format(kind=kind.value, shown=shown) for kind, shown in SHOWN.items()
)


@dataclass(frozen=True)
class Suggestion:
    """One line of the list, and the page it leads to."""

    url: str
    name: str
    detail: str


@dataclass(frozen=True)
class Group:
    """The suggestions of one kind."""

    kind: str
    title: str
    suggestions: list[Suggestion]


def suggest(text: str) -> list[Group]:
    """Return what the text may be the beginning of; for an ISBN the book that has it."""
    text = words.clean_query(text)
    edition = words.edition_with_isbn(text)
    if edition is not None:
        found = Suggestion(edition.get_absolute_url(), edition.title, f"ISBN {edition.isbn}")
        return [Group(Kind.WORK, TITLES[Kind.WORK], [found])]
    if len(text) < SHORTEST:
        return []
    return _find(text) or _find(words.did_you_mean(text))


def _find(text: str) -> list[Group]:
    typed = re.findall(r"\w+", text)[:MOST_WORDS]
    if not typed:
        return []
    query = " & ".join(f"'{word}'" for word in typed) + ":*"
    with connection.cursor() as cursor:
        cursor.execute(FIND, {"words": query, "text": text, "now": timezone.now()})
        rows = cursor.fetchall()
    groups: dict[str, list[Suggestion]] = {}
    for kind, name, detail, slug, books in rows:
        if kind != Kind.WORK:
            detail = f"{books} book{'' if books == 1 else 's'}"  # noqa: PLW2901
        url = reverse(PAGES[Kind(kind)], args=[slug])
        groups.setdefault(kind, []).append(Suggestion(url, name, detail))
    return [Group(kind, TITLES[kind], groups[kind]) for kind in SHOWN if kind in groups]
