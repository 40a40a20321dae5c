"""Try how a basket would go somewhere, as readers would be offered it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q

from catalog.isbn import clean_isbn
from catalog.models import Product
from catalog.pricing.offers import offer
from shipping.rates import Load
from shipping.weights import UNWEIGHED_G

CHOICES_SHOWN = 6


class NotFound(Exception):
    """No edition, or more than one, is meant; says which."""


@dataclass(frozen=True)
class Copies:
    """Copies of a printed edition to be sent."""

    edition: Any
    quantity: int

    @property
    def weight_g(self) -> int:
        """What one copy is reckoned with."""
        return self.edition.weight_g or UNWEIGHED_G

    @property
    def is_guessed(self) -> bool:
        """Whether nobody has entered the weight."""
        return not self.edition.weight_g

    @property
    def price(self) -> Decimal:
        """What one copy costs, nothing if it has no price."""
        return offer(self.edition).price or Decimal(0)


def find_edition(words: str) -> Any:
    """Return the printed edition that an ISBN or words of the title mean.

    :raises NotFound: naming the editions that may be meant.
    """
    printed = Product.objects.filter(structure="child").exclude(
        publication_type__in=Product.DIGITAL
    )
    try:
        meant = Q(upc=clean_isbn(words))
    except ValidationError:
        meant = Q(title__unaccent__icontains=words)
    found = list(
        printed.filter(meant)
        .prefetch_related("stockrecords")
        .order_by("title", "pk")[: CHOICES_SHOWN + 1]
    )
    exact = [each for each in found if each.title.casefold() == words.casefold()]
    if len(exact) == 1:
        return exact[0]
    if len(found) == 1:
        return found[0]
    if not found:
        message = "No printed edition has this ISBN or title."
        raise NotFound(message)
    names = ", ".join(f"{each} {each.upc or ''}".strip() for each in found[:CHOICES_SHOWN])
    more = " and more" if len(found) > CHOICES_SHOWN else ""
    message = f"Several are meant, so give the ISBN: {names}{more}."
    raise NotFound(message)


def load_of(*, copies: Sequence[Copies], weights: Sequence[int], value: Decimal) -> Load:
    """Return the load that copies and plain weights in grams make together."""
    of_books = [each.weight_g for each in copies for _ in range(each.quantity)]
    worth = sum((each.price * each.quantity for each in copies), value)
    return Load((*of_books, *weights), worth)
