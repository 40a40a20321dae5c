"""Choose the last part of an address: readable, free, and never changed again."""

from collections.abc import Callable, Iterator
from itertools import count

from django.utils.text import slugify

LONGEST = 180
NO_WORK = "feed"  # /books/feed/ is the feed of new books


def free_slug(*words: str, taken: Callable[[str], bool]) -> str:
    """Return a slug that is not taken.

    The first words make the slug; if it is taken, the following words are added,
    all of them, and then a number from 2 on.
    """
    return next(slug for slug in _candidates(*words) if not taken(slug))


def _candidates(*words: str) -> Iterator[str]:
    parts = [part for part in (slugify(word)[:LONGEST].strip("-") for word in words) if part]
    slug = parts[0] if parts else "x"
    yield slug
    if len(parts) > 1:
        slug = "-".join(parts)[: LONGEST + 40].strip("-")
        yield slug
    for number in count(2):
        yield f"{slug}-{number}"
