"""Decide how a load can go to a country, and what readers are told: one pure function.

Every page and the placing of an order ask `decide`; nothing else says yes or no.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from shipping import rates
from shipping.rates import Load, NotOffered, Quote, ZoneRates


class Severity(StrEnum):
    """What an interruption does, the worst last."""

    INFORMATION = "information"
    DELAY = "delay"
    ACKNOWLEDGE = "acknowledge"
    SUSPENDED = "suspended"

    @property
    def rank(self) -> int:
        """How bad it is."""
        return list(Severity).index(self)


# Of the others the days say nothing: one only informs, of the other nothing goes.
LENGTHENING = frozenset({Severity.DELAY, Severity.ACKNOWLEDGE})


@dataclass(frozen=True)
class Notice:
    """An interruption in force. No countries: all; no methods: all.

    `postcodes` are prefixes that narrow it to regions; `delay_days` is how much longer
    a parcel takes at most, if it `lengthens`. `ways` are the names of the only methods it
    is about, of those to the place decided on; none: of all.
    """

    id: int
    title: str
    message: str
    severity: Severity
    countries: frozenset[str] = frozenset()
    postcodes: tuple[str, ...] = ()
    methods: frozenset[str] = frozenset()
    ends_at: datetime | None = None
    delay_days: int = 0
    ways: tuple[str, ...] = ()

    @property
    def lengthens(self) -> bool:
        """Whether parcels take `delay_days` longer."""
        return self.severity in LENGTHENING and self.delay_days > 0

    def touches(self, place: "Place") -> bool:
        """Whether it is about this place, or about regions of it as far as is known."""
        if self.countries and place.country_code not in self.countries:
            return False
        if not self.postcodes or not place.postcode:
            return True
        return place.is_in(self.postcodes)

    def is_sure(self, place: "Place") -> bool:
        """Whether it certainly holds there: not while only the country is known."""
        return self.touches(place) and (not self.postcodes or bool(place.postcode))

    def is_about(self, method_code: str) -> bool:
        """Whether it is about this way of sending."""
        return not self.methods or method_code in self.methods


@dataclass(frozen=True)
class Place:
    """Where a parcel goes; the postcode is empty while only the country is known."""

    country_code: str
    country_name: str
    is_served: bool = True
    postcode: str = ""

    def is_in(self, prefixes: Iterable[str]) -> bool:
        """Whether the postcode begins with one of these, whatever its spaces and case."""
        plain = _plain(self.postcode)
        return any(plain.startswith(_plain(prefix)) for prefix in prefixes if _plain(prefix))


@dataclass(frozen=True)
class Offer:
    """A way to send, with what its reader has to know."""

    quote: Quote
    notices: tuple[Notice, ...]

    @property
    def to_acknowledge(self) -> tuple[Notice, ...]:
        """The notices that the reader has to tick."""
        return tuple(n for n in self.notices if n.severity == Severity.ACKNOWLEDGE)

    @property
    def to_know(self) -> tuple[Notice, ...]:
        """The notices that need no tick."""
        return tuple(n for n in self.notices if n.severity != Severity.ACKNOWLEDGE)


@dataclass(frozen=True)
class Refusal:
    """A way that is not offered, why, and until when as far as is known."""

    method_name: str
    reason: str
    notice: Notice | None = None


@dataclass(frozen=True)
class Decision:
    """How a load can go to a place: offers cheapest first, refusals, and all notices.

    `reason` says why nothing can go, empty if something can.
    """

    place: Place
    load: Load
    offers: tuple[Offer, ...]
    refusals: tuple[Refusal, ...]
    notices: tuple[Notice, ...]
    reason: str = ""
    duties: str = ""

    @property
    def can_be_sent(self) -> bool:
        """Whether there is any way."""
        return bool(self.offers)

    @property
    def is_suspended(self) -> bool:
        """Whether notices stop every way, and nothing else does."""
        return bool(self.refusals) and not self.offers and all(r.notice for r in self.refusals)

    @property
    def suspensions(self) -> tuple[Notice, ...]:
        """The notices that stop a way."""
        stopped = {refusal.notice for refusal in self.refusals if refusal.notice}
        return tuple(notice for notice in self.notices if notice in stopped)

    def offer(self, method_code: str | None) -> Offer | None:
        """Return one way, None if it is not offered."""
        return next((o for o in self.offers if o.quote.method_code == method_code), None)


def decide(
    *, place: Place, load: Load, zones: Sequence[ZoneRates], notices: Iterable[Notice]
) -> Decision:
    """Return how `load` can go to `place`, given the notices in force."""
    zone = rates.zone_of(zones=zones, country_code=place.country_code)
    if zone is None or not zone.methods or not place.is_served:
        zone = ZoneRates("", frozenset(), ())
    touching = _touching(notices, place, zone)
    offers: list[Offer] = []
    refusals: list[Refusal] = []
    for method in zone.methods:
        about = tuple(notice for notice in touching if notice.is_about(method.code))
        if stop := stopping(about, place=place, method_code=method.code):
            refusals.append(Refusal(method.name, stop.message, stop))
            continue
        try:
            quote = rates.quote(
                zone_name=zone.name,
                method=method,
                country_code=place.country_code,
                load=load,
            )
        except NotOffered as refusal:
            refusals.append(Refusal(method.name, str(refusal)))
        else:
            offers.append(Offer(_delayed(quote, about, place), about))
    return Decision(
        place=place,
        load=load,
        offers=tuple(sorted(offers, key=_cheapest_first)),
        refusals=tuple(refusals),
        notices=touching,
        reason="" if offers else _why_nothing_goes(place, zone, refusals),
        duties=zone.duties,
    )


def stopping(notices: Iterable[Notice], *, place: Place, method_code: str) -> Notice | None:
    """Return the first notice that certainly stops a way to a place, None if none does."""
    return next(
        (
            notice
            for notice in notices
            if notice.severity == Severity.SUSPENDED
            and notice.is_about(method_code)
            and notice.is_sure(place)
        ),
        None,
    )


def suspended(place: Place, notices: Iterable[Notice | None]) -> str:
    """Say that these notices stop all parcels there: a region's stop no whole country."""
    if place.postcode and any(notice and notice.postcodes for notice in notices):
        return f"Parcels to {place.postcode}, {place.country_name}, are suspended."
    return f"Parcels to {place.country_name} are suspended."


def _touching(notices: Iterable[Notice], place: Place, zone: ZoneRates) -> tuple[Notice, ...]:
    """Return the notices about a place and a way that leads there, the worst first."""
    found = []
    for notice in notices:
        about = [method for method in zone.methods if notice.is_about(method.code)]
        if notice.touches(place) and (about or not notice.methods):
            is_narrow = len(about) < len(zone.methods)
            ways = tuple(method.name for method in about) if is_narrow else ()
            found.append(replace(notice, ways=ways))
    return tuple(sorted(found, key=lambda notice: (-notice.severity.rank, notice.id)))


def _delayed(quote: Quote, notices: Sequence[Notice], place: Place) -> Quote:
    sure = [n.delay_days for n in notices if n.lengthens and n.is_sure(place)]
    return replace(quote, max_days=quote.max_days + max(sure, default=0))


def _cheapest_first(offer: Offer) -> tuple[object, ...]:
    quote = offer.quote
    return quote.price, quote.max_days, quote.min_days, quote.method_name


def _why_nothing_goes(place: Place, zone: ZoneRates, refusals: Sequence[Refusal]) -> str:
    if not place.is_served:
        return f"We do not send parcels to {place.country_name}."
    if not zone.methods:
        return f"No carrier of ours takes parcels to {place.country_name} yet."
    if all(refusal.notice for refusal in refusals):
        return suspended(place, (refusal.notice for refusal in refusals))
    return f"No carrier of ours takes this parcel to {place.country_name}."


def _plain(postcode: str) -> str:
    return "".join(postcode.split()).replace("-", "").upper()
