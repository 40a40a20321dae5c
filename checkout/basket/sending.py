"""How the printed books of a basket reach the reader's country, and what else to do."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from catalog.pricing.offers import Offer
from checkout.basket import contents
from checkout.basket.contents import Contents, Line
from shipping import quoting
from shipping.rates import Quote
from shipping.rules import Decision


@dataclass(frozen=True)
class Sending:
    """What the basket page says of the parcel before an address is known."""

    contents: Contents
    decision: Decision
    instead: list[tuple[Line, Offer]]

    @property
    def cheapest(self) -> Quote | None:
        """The way that costs least, nothing if none goes."""
        return self.decision.offers[0].quote if self.decision.offers else None

    @property
    def only_printed(self) -> list[Line]:
        """The lines that no e-book could take the place of."""
        could_be = {line.pk for line, _ in self.instead}
        return [line for line in self.contents.printed if line.pk not in could_be]

    @property
    def total(self) -> Decimal:
        """What the books cost with the cheapest shipping."""
        return self.contents.total + (self.cheapest.price if self.cheapest else Decimal(0))


def to_country(*, basket: Contents, country_code: str, now: datetime) -> Sending | None:
    """Return how the books reach a country; four queries, two more if they cannot.

    Nothing without a country that exists, or if nothing goes by post.
    """
    if not (country_code and basket.needs_shipping):
        return None
    place = quoting.find_place(country_code=country_code)
    if place is None:
        return None
    decision = quoting.decide_at(place=place, load=basket.load, now=now)
    instead = [] if decision.can_be_sent else contents.downloads_instead(basket.lines)
    return Sending(basket, decision, instead)
