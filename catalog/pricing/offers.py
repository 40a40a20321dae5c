"""What a reader is offered: an edition with its price and availability."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from catalog.models import Product
from catalog.pricing.availability import Policy
from catalog.pricing.strategy import Strategy

Type = Product.PublicationType
ORDER = [Type.PAPERBACK, Type.HARDCOVER, Type.PAMPHLET, Type.EPUB, Type.PDF, Type.AUDIO]


@dataclass(frozen=True)
class Offer:
    """An edition, what it costs and whether it can be had."""

    edition: Product
    price: Decimal | None
    currency: str
    availability: Policy

    @property
    def can_be_bought(self) -> bool:
        """Whether one copy may go into a basket now."""
        return self.availability.is_available_to_buy

    @property
    def note(self) -> str:
        """What the edition picker adds below the type."""
        if self.edition.is_digital:
            return "Download, read it on any device"
        parts = [f"{self.edition.pages} pages" if self.edition.pages else ""]
        if not self.can_be_bought:
            parts.append(self.availability.message)
        return ", ".join(filter(None, parts))


def offer(edition: Product) -> Offer:
    """Return the offer for an edition; no query if its stock records are prefetched."""
    info = Strategy().fetch_for_product(edition)
    return Offer(edition, info.price.excl_tax, info.price.currency or "", info.availability)


def offers(work: Product) -> list[Offer]:
    """Return the offers for a work loaded by `for_cards`, paperback first."""
    editions = sorted(
        work.children.all(),
        key=lambda edition: (ORDER.index(Type(edition.publication_type)), edition.pk),
    )
    return [offer(edition) for edition in editions]


def default_offer(choices: Sequence[Offer]) -> Offer | None:
    """Return the offer a reader sees first: the first that can be bought, else the first."""
    return next(
        (choice for choice in choices if choice.can_be_bought), next(iter(choices), None)
    )


def alike(choices: Sequence[Offer], *, to: Product) -> Offer | None:
    """Return what can be bought in the form nearest to an edition's.

    That is its type; else a download for a download, a parcel for a parcel; else anything.
    """
    buyable = [choice for choice in choices if choice.can_be_bought]
    return min(
        buyable,
        key=lambda choice: (
            choice.edition.publication_type != to.publication_type,
            choice.edition.is_digital != to.is_digital,
        ),
        default=None,
    )
