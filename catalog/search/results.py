"""A page of search results."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from django.http import QueryDict
from django.utils.safestring import SafeString

from catalog.models import Product
from catalog.search import facets, filters, keyset, matching, words
from catalog.search.snippets import snippets

RESULTS_A_PAGE = 16
SORTS = {
    "relevance": "Best match",
    "new": "Newest first",
    "title": "Title, A to Z",
    "price": "Lowest price",
}


@dataclass(frozen=True)
class Results:
    """What a search came to; `better` and `spellings` say how the words were read.

    `put_right` is what was asked for where nothing has it, and `query` is found instead.
    """

    query: str
    filters: filters.Filters
    sort: str
    shelf: keyset.Shelf
    facets: facets.Facets
    page: keyset.Page = field(default_factory=lambda: keyset.Page([]))
    works: list[Product] = field(default_factory=list)
    marked: list[tuple[SafeString, SafeString]] = field(default_factory=list)
    spellings: list[str] = field(default_factory=list)
    better: str = ""
    put_right: str = ""

    @property
    def is_asked(self) -> bool:
        """Whether there is anything to look for."""
        return bool(self.query or self.filters.choices)


def find(asked: QueryDict, *, today: date, may_put_right: bool = True) -> Results:
    """Return the page of results that an address asks for; any address is a valid one.

    Where no book has the words, they are put right if that finds some.
    """
    query = words.clean_query(asked.get("q", ""))
    chosen = filters.read(asked)
    spellings = words.other_spellings(query)
    texts = (query, *words.respelt(query, spellings)) if query else ()
    sort = asked.get("sort", "")
    sort = sort if sort in SORTS and (query or sort != "relevance") else ""
    sort = sort or ("relevance" if query else "new")
    found = chosen.matching(texts)
    shelf = _shelf(sort, found, today=today)
    if not (query or chosen.choices):
        return Results(query, chosen, sort, shelf, facets.NOTHING)
    counted = facets.count(chosen, texts)
    if not counted.works and not counted.is_at_least:
        better = words.did_you_mean(query) if query else ""
        nothing = Results(query, chosen, sort, shelf, counted, better=better)
        return _instead(nothing, asked, today=today) if better and may_put_right else nothing
    page = keyset.read_page(
        shelf,
        after=asked.get("after", ""),
        before=asked.get("before", ""),
        size=RESULTS_A_PAGE,
    )
    works = load(page.works)
    marked = snippets(works, tsquery=found.tsquery, values=found.parameters) if texts else []
    return Results(
        query,
        chosen,
        sort,
        shelf,
        counted,
        page,
        works,
        marked,
        spellings=sorted({name for names in spellings.values() for name in names}),
        better=words.did_you_mean(query) if query else "",
    )


def _instead(nothing: Results, asked: QueryDict, *, today: date) -> Results:
    better = asked.copy()
    better["q"] = nothing.better
    found = find(better, today=today, may_put_right=False)
    return replace(found, put_right=nothing.query) if found.works else nothing


def load(keys: Sequence[int]) -> list[Product]:
    """Return the works with these keys, in this order, with all that a card shows."""
    loaded = Product.objects.works().filter(pk__in=keys).for_cards()
    works = {work.pk: work for work in loaded}
    return [works[key] for key in keys if key in works]


def _shelf(sort: str, found: matching.Matching, *, today: date) -> keyset.Shelf:
    if sort == "title":
        return matching.by_title(found)
    if sort == "price":
        return matching.by_price(found)
    if sort == "relevance":
        return matching.by_relevance(found)
    return matching.by_date(found, today=today)
