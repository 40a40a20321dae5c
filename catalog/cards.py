"""A work as a shelf shows it."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from catalog.covers import Cover, cover_of
from catalog.models import Product
from catalog.pricing import offers


@dataclass(frozen=True)
class Card:
    """What `components/book_card.html` shows."""

    url: str
    title: str
    byline: str
    cover: Cover
    price: Decimal | None
    is_price_from: bool
    note: str


def cards(works: Iterable[Product]) -> list[Card]:
    """Return a card for each work; no query for works loaded by `for_cards`."""
    return [_card(work) for work in works]


def _card(work: Product) -> Card:
    choices = offers.offers(work)
    buyable = [choice for choice in choices if choice.can_be_bought]
    prices = [choice.price for choice in buyable if choice.price is not None]
    first = offers.default_offer(choices)
    note = ""
    if first and (not buyable or first.availability.code == "preorder"):
        note = "Coming soon" if buyable else first.availability.message
    return Card(
        url=work.get_absolute_url(),
        title=work.title,
        byline=work.byline,
        cover=cover_of(work),
        price=min(prices, default=None),
        is_price_from=len(set(prices)) > 1,
        note=note,
    )
