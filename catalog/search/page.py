"""What the page of search results shows: books, choices as links, where to go on."""

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from catalog.cards import Card, cards
from catalog.search import filters
from catalog.search.facets import COUNTED, Count
from catalog.search.results import SORTS, Results

TITLES = {
    "type": "Publication type",
    "available": "Availability",
    "language": "Language",
    "price": "Price",
    "year": "Published",
    "subject": "Subject",
    "author": "Author or contributor",
}
SEVERAL = {"type", "language"}


@dataclass(frozen=True)
class Link:
    """A choice that can be made, is made, or is taken back by following the link."""

    label: str
    url: str
    count: str = ""
    is_chosen: bool = False


@dataclass(frozen=True)
class Group:
    """The choices of one kind."""

    kind: str
    title: str
    links: list[Link]


@dataclass(frozen=True)
class Hit:
    """A book found, with the words marked in its title and a piece of its text."""

    card: Card
    subtitle: str
    title: SafeString | str
    piece: SafeString | str


@dataclass(frozen=True)
class ResultsPage:
    """All that `catalog/results.html` shows."""

    results: Results
    number: str
    hits: list[Hit]
    chosen: list[Link]
    groups: list[Group]
    sorts: list[Link]
    here: str
    cleared: str


def results_page(results: Results) -> ResultsPage:
    """Return what the page shows; asks nothing of the database."""
    now = _asked(results)
    marked: list[tuple[SafeString | str, SafeString | str]] = list(results.marked)
    marked = marked or [(work.title, "") for work in results.works]
    return ResultsPage(
        results=results,
        number=_number(results.facets.works, is_at_least=results.facets.is_at_least),
        hits=[
            Hit(card, work.subtitle, title, piece)
            for card, work, (title, piece) in zip(
                cards(results.works), results.works, marked, strict=True
            )
        ],
        chosen=[
            Link(choice.label, _without(now, choice.name, choice.value))
            for choice in results.filters.choices
        ],
        groups=[group for kind in filters.KINDS if (group := _group(results, now, kind)).links],
        sorts=[
            Link(label, _with(now, "sort", sort), is_chosen=sort == results.sort)
            for sort, label in SORTS.items()
            if results.query or sort != "relevance"
        ],
        here=now.urlencode(),
        cleared=f"?{urlencode({'q': results.query})}" if results.query else "?",
    )


def _number(works: int, *, is_at_least: bool) -> str:
    if works > COUNTED:
        return f"More than {COUNTED:,} books"
    books = f"{works:,} book{'' if works == 1 else 's'}"
    return f"At least {books}" if is_at_least else books


def _group(results: Results, now: QueryDict, kind: str) -> Group:
    counts = results.facets.counts.get(kind, [])
    chosen = results.filters.chosen(kind)
    missing = [
        Count(choice.value, choice.label, 0)
        for choice in results.filters.choices
        if choice.name == kind and choice.value not in {one.value for one in counts}
    ]
    more = "+" if kind in results.facets.at_least else ""
    links = [
        Link(
            label=one.label or filters.label(kind, one.value),
            url=_without(now, kind, one.value)
            if one.value in chosen
            else _with(now, kind, one.value),
            count=f"{one.works:,}{more}" if one.works or not more else "",
            is_chosen=one.value in chosen,
        )
        for one in sorted([*counts, *missing], key=lambda one: _order(kind, one))
    ]
    return Group(kind, TITLES[kind], links)


def _order(kind: str, one: Count) -> tuple[int, str]:
    if kind == "price":
        return filters.PRICES.index(one.value), ""
    if kind == "year":
        return -int(one.value[:4]), ""
    return -one.works, one.label or filters.label(kind, one.value)


def _asked(results: Results) -> QueryDict:
    """Return what this page is asked for, without what was no question."""
    now = QueryDict(mutable=True)
    if results.query:
        now["q"] = results.query
    for choice in results.filters.choices:
        now.appendlist(choice.name, choice.value)
    usual = "relevance" if results.query else "new"
    if results.sort != usual:
        now["sort"] = results.sort
    return now


def _with(now: QueryDict, name: str, value: str) -> str:
    changed = now.copy()
    if name in SEVERAL:
        changed.appendlist(name, value)
    else:
        changed[name] = value
    return _address(changed)


def _without(now: QueryDict, name: str, value: str) -> str:
    changed = now.copy()
    changed.setlist(name, [one for one in changed.getlist(name) if one != value])
    return _address(changed)


def _address(asked: QueryDict) -> str:
    return f"?{asked.urlencode()}"
