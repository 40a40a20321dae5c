"""How titles are sorted and people named on them."""

from collections.abc import Sequence

ARTICLES = ("The ", "A ", "An ")
SHOWN_NAMES = 3
PHRASES = {
    "A01": "",
    "B01": "edited by",
    "B06": "translated by",
    "B10": "edited and translated by",
    "A12": "illustrated by",
    "A19": "afterword by",
    "A23": "foreword by",
    "A24": "introduction by",
}


def sort_title(title: str) -> str:
    """Return the title without a leading English article, as an index files it."""
    for article in ARTICLES:
        if title.startswith(article):
            return title[len(article) :]
    return title


def join_names(names: Sequence[str]) -> str:
    """Return `A`, `A and B`, `A, B and C`, or `A, B and others` beyond three."""
    if len(names) > SHOWN_NAMES:
        return f"{', '.join(names[: SHOWN_NAMES - 1])} and others"
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def byline(parts: Sequence[tuple[str, str]]) -> str:
    """Return the names with what each did first, grouped by role in title-page order.

    `parts` are pairs of a name and an ONIX role (list 17). Roles without a phrase of
    their own, and whatever else somebody did, are left to the page.
    """
    by_phrase: dict[str, list[str]] = {}
    named: set[str] = set()
    for name, role in parts:
        if role in PHRASES and name not in named:
            named.add(name)
            by_phrase.setdefault(PHRASES[role], []).append(name)
    return ", ".join(
        f"{phrase} {join_names(names)}".strip() for phrase, names in by_phrase.items()
    )
