"""What readers would see of an interruption, whether it is in force yet or not."""

from dataclasses import dataclass
from typing import Any

from oscar.core.loading import get_model

from shipping import quoting, rules
from shipping.coverage import TYPICAL_BOOK_G
from shipping.models import Interruption
from shipping.rates import Load
from shipping.rules import Decision, Notice, Place, Severity

Country = get_model("address", "Country")


@dataclass(frozen=True)
class Preview:
    """What readers of a place are told, and how an ordinary book would go there.

    Other interruptions are left out.
    """

    countries: list[Any]
    notice: Notice
    decision: Decision

    @property
    def is_told(self) -> bool:
        """Whether readers there are told at all."""
        return bool(self.decision.notices)

    @property
    def has_to_tick(self) -> bool:
        """Whether the review page asks for a tick."""
        ways = [offer for offer in self.decision.offers if offer.to_acknowledge]
        return self.notice.severity == Severity.ACKNOWLEDGE and bool(ways)


def of(*, interruption: Interruption, country_code: str, postcode: str) -> Preview | None:
    """Return what readers of a country see; None if there are no countries.

    Without a country, or one unknown, that of the first country it is about; of all
    countries the first. Six queries.
    """
    (notice,) = Interruption.objects.filter(pk=interruption.pk).as_notices()
    countries = list(Country.objects.order_by("printable_name"))
    named = [country for country in countries if country.pk in notice.countries]
    asked = [country for country in countries if country.pk == country_code.upper()]
    country = next(iter([*asked, *named, *countries]), None)
    if country is None:
        return None
    place = Place(
        country.pk,
        country.printable_name,
        is_served=country.is_shipping_country,
        postcode=postcode,
    )
    decision = rules.decide(
        place=place,
        load=Load((TYPICAL_BOOK_G,)),
        zones=quoting.all_zones(),
        notices=[notice],
    )
    return Preview(countries=countries, notice=notice, decision=decision)
