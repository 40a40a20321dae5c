"""Put editions into a basket, change how many, take them out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction

from catalog.covers import Cover, cover_of
from catalog.models import Product
from catalog.pricing.offers import Offer, offer
from shipping.delivery import weight_of
from shipping.rates import Load


class Refused(Exception):
    """The basket stays as it was; the message says why, in the reader's words."""


@dataclass(frozen=True)
class Line:
    """A line of the basket as the page shows it."""

    pk: int
    edition: Product
    cover: Cover
    offer: Offer
    quantity: int
    total: Decimal
    problem: str
    old_price: Decimal | None


@dataclass(frozen=True)
class Contents:
    """The lines of a basket and their sum."""

    lines: Sequence[Line]
    total: Decimal

    @property
    def can_be_ordered(self) -> bool:
        """Whether every line can be had in the quantity asked for."""
        return bool(self.lines) and not any(line.problem for line in self.lines)

    @property
    def needs_shipping(self) -> bool:
        """Whether any line goes by post."""
        return bool(self.printed)

    @property
    def printed(self) -> list[Line]:
        """The lines that go by post."""
        return [line for line in self.lines if not line.edition.is_digital]

    @property
    def load(self) -> Load:
        """The printed books: what each copy weighs, and what they cost together."""
        copies = [
            weight_of(line.edition) for line in self.printed for _ in range(line.quantity)
        ]
        return Load(tuple(copies), sum((line.total for line in self.printed), Decimal(0)))


def read(*, basket: Any) -> Contents:
    """Return what the basket holds, with what changed since it was put in."""
    lines = [_line(line) for line in basket.all_lines()]
    return Contents(lines, sum((line.total for line in lines), Decimal(0)))


def add(*, basket: Any, editions: Sequence[Product], quantity: int) -> list[str]:
    """Put the editions into the basket; return the reasons for those that stayed out.

    :raises Refused: if none could be put in.
    """
    reasons = []
    for edition in editions:
        try:
            _add_one(basket, edition, quantity)
        except Refused as refusal:
            reasons.append(str(refusal))
    if len(reasons) == len(editions):
        raise Refused(" ".join(reasons))
    return reasons


def change(*, basket: Any, line_id: int, quantity: int) -> None:
    """Set the quantity of a line, at today's price.

    :raises Refused: if so many cannot be had; the line stays as it was.
    """
    line = _find(basket, line_id)
    if line is None:
        message = "That book is no longer in your basket."
        raise Refused(message)
    _check(basket, line.product, quantity, others=basket.num_items - line.quantity)
    line.quantity = quantity
    line.price_excl_tax = line.price_incl_tax = offer(line.product).price
    line.save()


def swap(*, basket: Any, line_id: int, edition: Product) -> None:
    """Put another edition of the same work in a line's place; of an e-book, one copy.

    :raises Refused: if it cannot be had; the basket stays as it was.
    """
    line = _find(basket, line_id)
    if line is None or line.product.parent_id != edition.parent_id:
        message = "That book is no longer in your basket."
        raise Refused(message)
    if line.product_id == edition.pk:
        return
    with transaction.atomic():
        is_there = any(each.product_id == edition.pk for each in basket.all_lines())
        if not (edition.is_digital and is_there):
            quantity = 1 if edition.is_digital else line.quantity
            _add_one(basket, edition, quantity, leaving=line.quantity)
        line.delete()
        basket.reset_offer_applications()


def downloads_instead(lines: Iterable[Line]) -> list[tuple[Line, Offer]]:
    """Return the e-book that each printed line could be, if its work has one; two queries.

    Of several the first that can be bought.
    """
    printed = [line for line in lines if not line.edition.is_digital]
    works = {line.edition.parent_id for line in printed}
    found = Product.objects.editions().filter(parent__in=works).select_related("parent")
    offers: dict[int, Offer] = {}
    for edition in found.prefetch_related("stockrecords"):
        if edition.is_digital and (choice := offer(edition)).can_be_bought:
            offers.setdefault(edition.parent_id, choice)
    works_with_one = (line for line in printed if line.edition.parent_id in offers)
    return [(line, offers[line.edition.parent_id]) for line in works_with_one]


def remove(*, basket: Any, line_id: int) -> tuple[int, int] | None:
    """Take a line out; return its edition's key and quantity, or nothing if it was gone."""
    line = _find(basket, line_id)
    if line is None:
        return None
    line.delete()
    basket.reset_offer_applications()
    return line.product_id, line.quantity


def _find(basket: Any, line_id: int) -> Any:
    return next((line for line in basket.all_lines() if line.pk == line_id), None)


def _add_one(basket: Any, edition: Product, quantity: int, *, leaving: int = 0) -> None:
    """Put an edition in; so many copies of another are `leaving` for it."""
    lines = list(basket.all_lines())
    present = sum(line.quantity for line in lines if line.product_id == edition.pk)
    if edition.is_digital and present:
        message = f"{edition.title} is in your basket already; one copy of an e-book is enough."
        raise Refused(message)
    others = sum(line.quantity for line in lines) - present - leaving
    _check(basket, edition, present + quantity, others=others)
    basket.add_product(edition, quantity)


def _check(basket: Any, edition: Product, quantity: int, *, others: int) -> None:
    permitted, reason = offer(edition).availability.is_purchase_permitted(quantity)
    if not permitted:
        message = f"{edition.title}: {reason}. Your basket is unchanged."
        raise Refused(message)
    if edition.is_digital and quantity > 1:
        message = f"{edition.title}: one copy of an e-book is enough."
        raise Refused(message)
    most = settings.OSCAR_MAX_BASKET_QUANTITY_THRESHOLD
    if quantity + others > most:
        message = (
            f"One order holds at most {most} books. For more, write to {settings.SHOP_EMAIL}."
        )
        raise Refused(message)


def _line(line: Any) -> Line:
    edition = line.product
    info = line.purchase_info
    permitted, reason = info.availability.is_purchase_permitted(line.quantity)
    price = info.price.excl_tax
    old = line.price_excl_tax if price is not None and line.price_excl_tax != price else None
    return Line(
        pk=line.pk,
        edition=edition,
        cover=cover_of(edition.parent),
        offer=Offer(edition, price, info.price.currency or "", info.availability),
        quantity=line.quantity,
        total=(price or Decimal(0)) * line.quantity,
        problem="" if permitted else reason,
        old_price=old,
    )
