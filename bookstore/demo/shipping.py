"""Load zones, rates and a first interruption into a shop that has none."""

from dataclasses import dataclass
from datetime import timedelta
from io import StringIO

import pycountry
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from oscar.core.loading import get_model

from shipping.models import Band, Interruption, Method, Zone

Country = get_model("address", "Country")

# The 27 states of the European Union, the rest of the European Economic Area, Switzerland.
EUROPE = """
    AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE
    IS LI NO CH
"""
PANDEMIC = (
    "Due to continuing global pandemic conditions, shipments to some countries may be "
    "interrupted."
)
PANDEMIC_COUNTRIES = "AR BR IN LK ZA"


@dataclass(frozen=True)
class Way:
    """A method: name, days, and prices by the highest weight in grams."""

    name: str
    days: tuple[int, int]
    prices: dict[int, str]


ZONES: dict[str, tuple[str, list[Way]]] = {
    "United States": (
        "US",
        [
            Way(
                "Standard",
                (3, 6),
                {250: "3.95", 500: "4.75", 1000: "5.50", 2000: "7.25", 5000: "11.50"},
            ),
            Way(
                "Priority",
                (1, 3),
                {250: "8.95", 500: "9.75", 1000: "11.50", 2000: "14.75", 5000: "22.00"},
            ),
        ],
    ),
    "Canada": (
        "CA",
        [
            Way(
                "Standard",
                (7, 14),
                {250: "9.50", 500: "11.75", 1000: "15.00", 2000: "21.50", 5000: "34.00"},
            ),
        ],
    ),
    "United Kingdom": (
        "GB",
        [
            Way(
                "Standard",
                (8, 15),
                {250: "11.25", 500: "14.00", 1000: "18.50", 2000: "27.00", 5000: "46.00"},
            ),
            Way(
                "Express",
                (3, 5),
                {500: "34.00", 1000: "39.50", 2000: "49.00", 5000: "74.00"},
            ),
        ],
    ),
    "European Union, EEA and Switzerland": (
        EUROPE,
        [
            Way(
                "Standard",
                (8, 18),
                {250: "12.00", 500: "15.25", 1000: "19.75", 2000: "29.00", 5000: "51.00"},
            ),
            Way(
                "Express",
                (3, 6),
                {500: "36.00", 1000: "42.00", 2000: "53.00", 5000: "79.00"},
            ),
        ],
    ),
    "Australia and New Zealand": (
        "AU NZ",
        [
            Way(
                "Standard",
                (10, 21),
                {250: "13.50", 500: "17.50", 1000: "23.00", 2000: "35.50", 5000: "64.00"},
            ),
        ],
    ),
    "Rest of the world": (
        "",
        [
            Way(
                "Standard",
                (12, 30),
                {250: "14.00", 500: "18.50", 1000: "25.00", 2000: "39.00", 5000: "72.00"},
            ),
        ],
    ),
}


@transaction.atomic
def load() -> None:
    """Create what is missing; never touch what staff changed since."""
    load_countries()
    if not Zone.objects.exists():
        load_zones()
    if not Interruption.objects.exists():
        load_interruption()


def load_countries() -> None:
    """Fill Oscar's table of countries, under the names that people use."""
    if Country.objects.exists():
        return
    call_command("oscar_populate_countries", stdout=StringIO())
    for country in pycountry.countries:
        if hasattr(country, "common_name"):
            known = Country.objects.filter(pk=country.alpha_2)
            known.update(printable_name=country.common_name)


def load_zones() -> None:
    """Create the zones, their methods and rates."""
    for position, (name, (codes, ways)) in enumerate(ZONES.items()):
        zone = Zone.objects.create(name=name, position=position)
        zone.countries.set(Country.objects.filter(pk__in=codes.split()))
        for place, way in enumerate(ways):
            method = Method.objects.create(
                zone=zone,
                name=way.name,
                code=Method.objects.free_code(zone=name, name=way.name),
                min_days=way.days[0],
                max_days=way.days[1],
                position=place,
            )
            Band.objects.bulk_create(
                Band(method=method, up_to_g=up_to_g, price=price)
                for up_to_g, price in way.prices.items()
            )


def load_interruption() -> None:
    """Create the notice that stands above every page."""
    interruption = Interruption.objects.create(
        title="Pandemic",
        message=PANDEMIC,
        starts_at=timezone.now() - timedelta(days=1),
    )
    interruption.countries.set(Country.objects.filter(pk__in=PANDEMIC_COUNTRIES.split()))
