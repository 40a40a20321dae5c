"""Two members of staff change the rates at the same moment."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import transaction

from shipping import rate_changes
from shipping.models import Band
from shipping.rates import BandRates
from tests.checkout.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shown(make_zone):
    """The rates as both were shown them."""
    make_zone("Islands", "IS GB", prices={500: "9.00"}, method="Air")
    return rate_changes.current()


def at_price(zones, price):
    (zone,) = zones
    method = replace(zone.methods[0], bands=(BandRates(500, Decimal(price)),))
    return [replace(zone, methods=(method,))]


def test_control_without_the_lock_both_would_find_the_rates_as_shown(shown):
    def look_and_write(barrier):
        with transaction.atomic():
            is_as_shown = rate_changes.current() == shown
            barrier.wait()
            Band.objects.update(price=Decimal("8.00"))
        return is_as_shown

    assert at_once(look_and_write) == [True, True]


def test_of_two_imports_confirmed_at_once_one_is_applied(shown):
    def confirm(barrier):
        barrier.wait()
        try:
            rate_changes.apply(
                after=at_price(shown, "8.00"), shown_for=rate_changes.fingerprint(shown)
            )
        except rate_changes.Moved:
            return "moved"
        return "applied"

    assert at_once(confirm) == ["applied", "moved"]
    assert Band.objects.get().price == Decimal("8.00")
