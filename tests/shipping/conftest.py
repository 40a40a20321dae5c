from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from oscar.core.loading import get_model

from bookstore.demo import shipping as demo
from shipping.models import Interruption, Method, Zone


@pytest.fixture
def countries(db):
    """All countries of the world, by code."""
    demo.load_countries()
    return get_model("address", "Country").objects.in_bulk()


@pytest.fixture
def demo_rates(db):
    """Zones, rates and the pandemic, as a shop begins."""
    demo.load()


@pytest.fixture
def make_zone(countries):
    def make(name, codes="", *, prices=None, method="Standard", position=0):
        zone = Zone.objects.create(name=name, position=position)
        zone.countries.set(codes.split())
        if prices is not None:
            make_method(zone, method, prices)
        return zone

    return make


def make_method(zone, name, prices, days=(3, 6)):
    method = Method.objects.create(
        zone=zone,
        name=name,
        code=Method.objects.free_code(zone=zone.name, name=name),
        min_days=days[0],
        max_days=days[1],
    )
    for up_to_g, price in prices.items():
        method.bands.create(up_to_g=up_to_g, price=Decimal(price))
    return method


@pytest.fixture
def interrupt(countries):
    """Make a notice in force since yesterday."""

    def make(message="Parcels are late.", codes="", **fields):
        fields.setdefault("starts_at", timezone.now() - timedelta(days=1))
        interruption = Interruption.objects.create(title="Strike", message=message, **fields)
        interruption.countries.set(codes.split())
        return interruption

    return make
