"""What the page of a book says about sending it to the reader's country."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from catalog.models import Product
from catalog.pricing.offers import Offer
from shipping import quoting, weights
from shipping.rates import Load
from shipping.rules import Decision


@dataclass(frozen=True)
class Delivery:
    """How one copy reaches a country, and the e-book to have instead if it cannot."""

    decision: Decision
    instead: Offer | None


def of_one_copy(
    *, chosen: Offer, offers: Sequence[Offer], country_code: str, now: datetime
) -> Delivery | None:
    """Return how a copy of the chosen edition reaches a country; four queries.

    Nothing if there is no such country.
    """
    place = quoting.find_place(country_code=country_code)
    if place is None:
        return None
    load = Load((weight_of(chosen.edition),), chosen.price or Decimal(0))
    downloads = (one for one in offers if one.edition.is_digital and one.can_be_bought)
    return Delivery(
        decision=quoting.decide_at(place=place, load=load, now=now),
        instead=next(downloads, None),
    )


def weight_of(edition: Product) -> int:
    """Return what a parcel with one copy weighs, in grams."""
    return edition.weight_g or weights.UNWEIGHED_G
