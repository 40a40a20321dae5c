"""The contributors that have books, letter by letter."""

# ruff: noqa: S608 - statements of the parts named here

from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Q
from django.utils import timezone

from catalog.models import Contributor, Product
from catalog.search.matching import SHOWN

PEOPLE_A_PAGE = 200
# `0-9` for names that begin with no letter from A to Z, accents aside.
INITIAL = """CASE WHEN upper(left(sort_name, 1)) BETWEEN 'A' AND 'Z'
    THEN upper(left(sort_name, 1))
    WHEN upper(left(unaccent(left(sort_name, 1)), 1)) BETWEEN 'A' AND 'Z'
    THEN upper(left(unaccent(left(sort_name, 1)), 1)) ELSE '0-9' END"""
WITH_BOOKS = f"""EXISTS (SELECT FROM catalogue_contribution part
    JOIN catalogue_product work ON work.id = part.work_id AND {SHOWN.format("work")}
    JOIN catalogue_product edition ON edition.parent_id = work.id
        AND edition.structure = 'child' AND {SHOWN.format("edition")}
    WHERE part.contributor_id = person.id OFFSET 0)"""
LETTERS = f"""
SELECT letter FROM (SELECT DISTINCT {INITIAL} AS letter FROM catalogue_contributor) letters
WHERE EXISTS (SELECT FROM catalogue_contributor person
    WHERE {INITIAL} = letter AND {WITH_BOOKS} OFFSET 0)
ORDER BY letter = '0-9', letter
"""
PEOPLE = f"""
SELECT id FROM catalogue_contributor person
WHERE {INITIAL} = %(letter)s AND (sort_name, id) > (%(name)s, %(key)s) AND {WITH_BOOKS}
ORDER BY sort_name, id LIMIT {PEOPLE_A_PAGE + 1}
"""


@dataclass(frozen=True)
class Letter:
    """The people under a letter, as many as a page holds; `after` begins the next page."""

    letter: str
    people: list[Contributor]
    after: int | None


def letters() -> list[str]:
    """Return the letters under which there is anybody."""
    with connection.cursor() as cursor:
        cursor.execute(LETTERS, {"now": timezone.now()})
        return [letter for (letter,) in cursor.fetchall()]


def under(letter: str, *, after: int | None = None) -> Letter:
    """Return the people under a letter, from the one after a person on, with their books."""
    last = Contributor.objects.filter(pk=after).first() if after else None
    with connection.cursor() as cursor:
        cursor.execute(
            PEOPLE,
            {
                "letter": letter,
                "name": last.sort_name if last else "",
                "key": last.pk if last else 0,
                "now": timezone.now(),
            },
        )
        keys = [key for (key,) in cursor.fetchall()]
    shown = keys[:PEOPLE_A_PAGE]
    public = Q(contributions__work__in=Product.objects.works())
    books = Count("contributions__work", filter=public, distinct=True)
    people = Contributor.objects.filter(pk__in=shown).annotate(books=books)
    return Letter(
        letter,
        list(people.order_by("sort_name", "pk")),
        shown[-1] if len(keys) > PEOPLE_A_PAGE else None,
    )
