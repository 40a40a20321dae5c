"""Whether a country lies in an ONIX territory, and how closely the territory is drawn."""

from catalog.onix import codes
from catalog.onix.composite import Composite

NAMED, ZONE, WORLD = 3, 2, 1


def closeness(territory: Composite, country: str) -> int:
    """Return 3 for a territory that names the country (ISO 3166-1), 0 for one without it.

    2 is the euro area (region ECZ of list 49, or the currency zone EUR of list 172), 1 the
    world. A territory that has only regions of the country, such as `US-NY`, is without it;
    one that leaves out only regions of it is not: see `left_out`.
    """
    regions = territory.text("RegionsIncluded").split()
    is_euro = country in codes.EUROZONE
    if country in territory.text("CountriesExcluded").split():
        return 0
    left_out = territory.text("RegionsExcluded").split()
    if "WORLD" in left_out or (is_euro and "ECZ" in left_out):
        return 0
    if country in territory.text("CountriesIncluded").split():
        return NAMED
    if is_euro and "ECZ" in regions:
        return ZONE
    return WORLD if "WORLD" in regions else 0


def left_out(territory: Composite, country: str) -> list[str]:
    """Return the regions of the country that a territory leaves out."""
    regions = territory.text("RegionsExcluded").split()
    return [region for region in regions if region.startswith(f"{country}-")]


def closest(territories: list[Composite], country: str, *, otherwise: int) -> int:
    """Return the closest of several; without any, what holds otherwise."""
    found = [closeness(territory, country) for territory in territories]
    return max(found, default=otherwise)
