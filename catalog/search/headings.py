"""How many books stand under a name now: those are left out that are not announced yet.

Headings count all that is public, whenever it is announced; so nothing has to be written
when its moment comes.
"""

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.utils import timezone

from catalog.models import SearchHeading

Kind = SearchHeading.Kind
# Parts of a WITH clause: what has works that are not announced by `now`, and how many.
UNANNOUNCED = """hidden AS MATERIALIZED (
    SELECT work_id, people, series, subjects FROM catalogue_searchentry
    WHERE shown_from > %(now)s
), unannounced AS MATERIALIZED (
    SELECT kind, target, count(*) AS books FROM (
        SELECT 'work' AS kind, work_id AS target FROM hidden
        UNION ALL SELECT 'person', unnest(people) FROM hidden
        UNION ALL SELECT 'series', unnest(series) FROM hidden
        UNION ALL SELECT 'subject', unnest(subjects) FROM hidden
    ) of_each GROUP BY kind, target
)"""
NUMBERS = f"""
WITH {UNANNOUNCED}
SELECT target, heading.books - coalesce(unannounced.books, 0)
FROM catalogue_searchheading heading LEFT JOIN unannounced USING (kind, target)
WHERE kind = %(kind)s AND heading.books > coalesce(unannounced.books, 0)
"""


def numbers(kind: Kind, *, among: Iterable[int] | None = None) -> dict[int, int]:
    """Return by key how many books readers find there, for all that have some."""
    values: dict[str, Any] = {"kind": kind.value, "now": timezone.now()}
    statement = NUMBERS
    if among is not None:
        statement += "AND target = ANY(%(among)s)"
        values["among"] = list(among)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return dict(cursor.fetchall())
