"""Which works match, as conditions of PostgreSQL; in which orders they can stand.

In all statements `work` is the work, `edition` one of its editions that readers see, and
`entry` what search knows of the work.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Self

from django.utils import timezone

from catalog.search.index import PLAIN
from catalog.search.keyset import COUNTED, Shelf, Stretch

# As catalog.pricing.strategy decides for one edition.
PAYABLE = """{stock}.price IS NOT NULL AND {edition}.status <> 'withdrawn' AND (
    {edition}.status = 'forthcoming' OR {edition}.publication_type IN ('epub', 'pdf', 'audio')
    OR {stock}.num_in_stock > coalesce({stock}.num_allocated, 0))"""
# As catalog.querysets says it of a work or an edition.
SHOWN = "{0}.is_public AND ({0}.announced_at IS NULL OR {0}.announced_at <= %(now)s)"
SEEN = f"{{edition}}.structure = 'child' AND {SHOWN.format('{edition}')}"


@dataclass(frozen=True)
class Matching:
    """Conditions that works meet, and that one of their editions meets all at once."""

    texts: tuple[str, ...] = ()
    work: Mapping[str, str] = field(default_factory=dict)
    edition: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    now: datetime = field(default_factory=timezone.now)

    def without(self, name: str) -> Self:
        """Return the same without the conditions of one filter."""
        return replace(
            self,
            work={key: text for key, text in self.work.items() if key != name},
            edition={key: text for key, text in self.edition.items() if key != name},
        )

    @property
    def parameters(self) -> dict[str, Any]:
        """The values that the conditions name."""
        texts = {f"text{number}": text for number, text in enumerate(self.texts)}
        return {**self.values, **texts, "now": self.now}

    @property
    def tsquery(self) -> str:
        """What is searched, in any of its spellings."""
        return " || ".join(
            f"websearch_to_tsquery('books', %(text{number})s)"
            for number in range(len(self.texts))
        )

    def editions(self, name: str) -> str:
        """Return the conditions for an edition of that name."""
        conditions = [SEEN, *self.edition.values()]
        return " AND ".join(conditions).replace("{edition}", name)

    def works(self, *, has_edition: bool = True) -> str:
        """Return the conditions for `work`, and for `entry` if words are searched."""
        conditions = ["work.structure = 'parent'", SHOWN.format("work"), *self.work.values()]
        conditions += [self._words("vector")] if self.texts else []
        if has_edition:
            conditions.append(
                "EXISTS (SELECT FROM catalogue_product one WHERE one.parent_id = work.id "
                f"AND {self.editions('one')} OFFSET 0)"
            )
        return " AND ".join(conditions)

    def entries(self, *, searched: str = "vector") -> str:
        """Return the conditions for `entry` alone, which says nothing of editions."""
        conditions = [text.replace("work.id", "entry.work_id") for text in self.work.values()]
        conditions += [self._words(searched)] if self.texts else []
        return " AND ".join(conditions) or "true"

    def seen(self, key: str) -> str:
        """Return the condition that a work is shown and has such an edition.

        `OFFSET 0` makes PostgreSQL ask work by work, and stop when it has enough.
        """
        return (
            f"EXISTS (SELECT FROM catalogue_product one WHERE one.parent_id = {key} "
            f"AND {self.editions('one')} OFFSET 0) AND EXISTS (SELECT FROM catalogue_product "
            f"shown WHERE shown.id = {key} AND shown.structure = 'parent' "
            f"AND {SHOWN.format('shown')} OFFSET 0)"
        )

    def _words(self, searched: str) -> str:
        return f"search_words(entry.{searched}) @@ ({self.tsquery})"

    @property
    def tables(self) -> str:
        """The tables in which works are looked for."""
        if not self.texts:
            return "catalogue_product work"
        return (
            "catalogue_searchentry entry JOIN catalogue_product work ON work.id = entry.work_id"
        )


def by_relevance(matching: Matching) -> Shelf:
    """Return first the works found by title, people or series, then those by other words.

    Within each: the very title, then by how often and how close together the words stand
    in a short text, then newer works. Of more than are counted, only so many are ranked.
    """
    title = PLAIN.format("%(text0)s")
    asked = "websearch_to_tsquery('books', %(text0)s)"
    rank = f"ts_rank(found.{{0}}, {asked}, 1) + ts_rank(found.{{0}}, {matching.tsquery}, 1) / 2"
    columns = "entry.work_id, entry.title_key, entry.heading, entry.vector"
    found = f"SELECT {columns} FROM catalogue_searchentry entry WHERE"
    seen = matching.seen("entry.work_id")
    by_heading = f"{found} {matching.entries(searched='heading')} AND {seen}"
    heading = f"""
        SELECT found.work_id AS work, found.work_id AS id, ((found.title_key = {title})::int
            + round(({rank.format("heading")})::numeric, 6)) AS key
        FROM (
            ({by_heading} AND entry.title_key = {title} LIMIT {COUNTED})
            UNION ALL ({by_heading} AND entry.title_key <> {title} LIMIT {COUNTED})
        ) found"""
    texts = f"""
        SELECT found.work_id AS work, found.work_id AS id,
            round(({rank.format("vector")})::numeric, 6) AS key
        FROM ({found} {matching.entries()} AND {seen}
            AND NOT entry.heading @@ ({matching.tsquery}) LIMIT {COUNTED}) found"""
    stretches = [Stretch(sql, "numeric", is_descending=True) for sql in (heading, texts)]
    return Shelf(stretches, matching.parameters)


def by_title(matching: Matching) -> Shelf:
    """Return works from A to Z."""
    return Shelf([_titles(matching)], matching.parameters)


def by_date(matching: Matching, *, today: date) -> Shelf:
    """Return works by their last edition that is out, newest first; then those without."""
    newest = f"""
        SELECT edition.parent_id AS work, edition.published_on AS key, edition.id AS id
        FROM {matching.tables} JOIN catalogue_product edition ON edition.parent_id = work.id
        WHERE {matching.editions("edition")} AND edition.published_on <= %(today)s
        AND {matching.works(has_edition=False)}
        AND NOT EXISTS (SELECT FROM catalogue_product newer
            WHERE newer.parent_id = edition.parent_id AND {matching.editions("newer")}
            AND newer.published_on <= %(today)s
            AND (newer.published_on, newer.id) > (edition.published_on, edition.id))"""
    later = f"""
        AND work.id IN (SELECT parent_id FROM catalogue_product WHERE structure = 'child'
            AND is_public AND (published_on > %(today)s OR published_on IS NULL))
        AND NOT EXISTS (SELECT FROM catalogue_product other WHERE other.parent_id = work.id
            AND {matching.editions("other")} AND other.published_on <= %(today)s)"""
    stretches = [Stretch(newest, "date", is_descending=True), _titles(matching, later)]
    return Shelf(stretches, {**matching.parameters, "today": today})


def by_price(matching: Matching) -> Shelf:
    """Return works by the lowest price that can be paid now; then those without one."""
    payable = PAYABLE.format(edition="edition", stock="stock")
    cheaper = PAYABLE.format(edition="other", stock="another")
    cheapest = f"""
        SELECT edition.parent_id AS work, stock.price AS key, stock.id AS id
        FROM {matching.tables} JOIN catalogue_product edition ON edition.parent_id = work.id
        JOIN partner_stockrecord stock ON stock.product_id = edition.id
        WHERE {payable} AND {matching.editions("edition")}
        AND {matching.works(has_edition=False)}
        AND NOT EXISTS (SELECT FROM catalogue_product other
            JOIN partner_stockrecord another ON another.product_id = other.id
            WHERE other.parent_id = edition.parent_id AND {matching.editions("other")}
            AND {cheaper} AND (another.price, another.id) < (stock.price, stock.id))"""
    unpriced = f"""
        AND NOT EXISTS (SELECT FROM catalogue_product other
            JOIN partner_stockrecord another ON another.product_id = other.id
            WHERE other.parent_id = work.id AND {matching.editions("other")} AND {cheaper})"""
    stretches = [Stretch(cheapest, "numeric"), _titles(matching, unpriced)]
    return Shelf(stretches, matching.parameters)


def coming(matching: Matching) -> Shelf:
    """Return works of which no edition is out, the next to come first."""
    soon = f"""
        SELECT work.id AS work, coalesce(edition.published_on, '9999-12-31') AS key,
            edition.id AS id
        FROM {matching.tables} JOIN catalogue_product edition ON edition.parent_id = work.id
        WHERE {matching.editions("edition")} AND edition.status = 'forthcoming'
        AND {matching.works(has_edition=False)}
        AND NOT EXISTS (SELECT FROM catalogue_product other WHERE other.parent_id = work.id
            AND {matching.editions("other")} AND (other.status <> 'forthcoming'
            OR (coalesce(other.published_on, '9999-12-31'), other.id)
                < (coalesce(edition.published_on, '9999-12-31'), edition.id)))"""
    return Shelf([Stretch(soon, "date")], matching.parameters)


def by_first_publication(matching: Matching) -> Shelf:
    """Return works by the year in which they first appeared, the first ones first."""
    dated = f"""
        SELECT work.id AS work, work.first_published::numeric AS key, work.id AS id
        FROM {matching.tables}
        WHERE work.first_published IS NOT NULL AND {matching.works()}"""
    undated = "AND work.first_published IS NULL"
    stretches = [Stretch(dated, "numeric"), _titles(matching, undated)]
    return Shelf(stretches, matching.parameters)


def by_number(matching: Matching) -> Shelf:
    """Return works by their number in the series: 2 before 10; then those without one."""
    numbered = f"""
        SELECT work.id AS work, lpad(work.series_number, 20, '0') || work.sort_title AS key,
            work.id AS id
        FROM {matching.tables} WHERE work.series_number <> '' AND {matching.works()}"""
    unnumbered = _titles(matching, "AND work.series_number = ''")
    return Shelf([Stretch(numbered, "text"), unnumbered], matching.parameters)


def _titles(matching: Matching, more: str = "") -> Stretch:
    return Stretch(
        f"SELECT work.id AS work, work.sort_title AS key, work.id AS id "
        f"FROM {matching.tables} WHERE {matching.works()} {more}",
        "text",
    )
