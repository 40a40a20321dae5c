"""What it costs to send books: the arithmetic, which asks no database.

A load is split into parcels no heavier than a method takes; each parcel costs what its
weight band says, and handling is added once.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal


class NotOffered(Exception):
    """A method does not take a load; says why, in words for readers and staff."""


@dataclass(frozen=True)
class Load:
    """What is to be sent: the weight of each copy in grams, and what they cost together.

    E-books weigh nothing and are not part of it.
    """

    copies: tuple[int, ...]
    value: Decimal = Decimal(0)

    @property
    def weight_g(self) -> int:
        """What all copies weigh together."""
        return sum(self.copies)


@dataclass(frozen=True)
class Quote:
    """One way to send a load, in so many parcels."""

    method_code: str
    method_name: str
    zone_name: str
    price: Decimal
    min_days: int
    max_days: int
    parcels: int = 1


@dataclass(frozen=True)
class BandRates:
    """A price for all parcels up to a weight."""

    up_to_g: int
    price: Decimal


@dataclass(frozen=True)
class MethodRates:
    """A way to send; its bands in order of weight.

    `free_from` is the value from which nothing is charged, None for never;
    `excluded` are countries of the zone that the method does not go to.
    """

    code: str
    name: str
    min_days: int
    max_days: int
    bands: tuple[BandRates, ...]
    handling: Decimal = Decimal(0)
    free_from: Decimal | None = None
    excluded: frozenset[str] = frozenset()

    def price(self, load: Load) -> tuple[Decimal, int]:
        """Return what a load costs, and in how many parcels it goes.

        :raises NotOffered: without bands, as nothing is sent for free by mistake; or if
            one copy is too heavy.
        """
        if not self.bands:
            message = "it has no rates yet"
            raise NotOffered(message)
        top_g = self.bands[-1].up_to_g
        if max(load.copies, default=0) > top_g:
            message = f"it takes no book of more than {top_g:,} g"
            raise NotOffered(message)
        parcels = pack(load.copies, top_g=top_g)
        if self.free_from is not None and load.value >= self.free_from:
            return Decimal(0), len(parcels)
        return self.handling + sum(map(self._band_price, parcels), Decimal(0)), len(parcels)

    def _band_price(self, weight_g: int) -> Decimal:
        weights = [band.up_to_g for band in self.bands]
        return self.bands[bisect_left(weights, weight_g)].price


@dataclass(frozen=True)
class ZoneRates:
    """Countries by code (none: all that no other zone names) and their methods."""

    name: str
    country_codes: frozenset[str]
    methods: tuple[MethodRates, ...]
    duties: str = ""

    @property
    def has_rates(self) -> bool:
        """Whether any of its methods has a price."""
        return any(method.bands for method in self.methods)


def pack(copies: Iterable[int], *, top_g: int) -> list[int]:
    """Return the weights of the parcels that copies go into, in grams.

    The heaviest copy first, each into the fullest parcel that still takes it (best fit
    decreasing); an empty load is one parcel. No copy may weigh more than `top_g`. As with
    any rule of thumb a copy more may leave lighter parcels: three of 2,000 g fill one of
    6,000 g, with one of 3,000 g they go in two. It costs less only where a full parcel
    costs more than two lighter ones; readers pay for the parcels that are packed.

    :raises ValueError: if a copy weighs less than nothing.
    """
    parcels: list[int] = []
    for weight_g in sorted(copies, reverse=True):
        if weight_g < 0:
            message = f"A copy cannot weigh {weight_g} g"
            raise ValueError(message)
        fitting = [i for i, full in enumerate(parcels) if full + weight_g <= top_g]
        if fitting:
            parcels[max(fitting, key=parcels.__getitem__)] += weight_g
        else:
            parcels.append(weight_g)
    return parcels or [0]


def quote(*, zone_name: str, method: MethodRates, country_code: str, load: Load) -> Quote:
    """Return what one method costs.

    :raises NotOffered: if it does not take the load to the country.
    """
    if country_code in method.excluded:
        message = "it does not go to this country"
        raise NotOffered(message)
    price, parcels = method.price(load)
    return Quote(
        method_code=method.code,
        method_name=method.name,
        zone_name=zone_name,
        price=price,
        min_days=method.min_days,
        max_days=method.max_days,
        parcels=parcels,
    )


def zone_of(*, zones: Sequence[ZoneRates], country_code: str) -> ZoneRates | None:
    """Return the zone that names the country, or, if none does, one that names none.

    Of several it is the first with rates: readers are offered what there is while staff
    have not taken the country out of one of them.
    """
    naming = [zone for zone in zones if country_code in zone.country_codes]
    candidates = naming or [zone for zone in zones if not zone.country_codes]
    return next((zone for zone in candidates if zone.has_rates), next(iter(candidates), None))
