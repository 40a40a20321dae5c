"""Which notices are in force, where, and which comes first."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError

from shipping.models import Interruption

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "is_in_force"),
    [
        (NOW - SECOND, None, True),
        (NOW, None, True),
        (NOW + SECOND, None, False),
        (NOW - SECOND, NOW + SECOND, True),
        (NOW - SECOND, NOW, False),
    ],
    ids=["open end", "begins now", "not yet", "not over", "ends now"],
)
def test_an_interruption_is_in_force_from_its_start_to_its_end(
    interrupt, starts_at, ends_at, is_in_force
):
    interruption = interrupt(starts_at=starts_at, ends_at=ends_at)

    assert Interruption.objects.in_force(NOW).exists() == is_in_force
    assert interruption.is_in_force(NOW) == is_in_force


def test_a_country_is_touched_by_its_own_notices_and_those_for_all(interrupt):
    everywhere = interrupt()
    both = interrupt(codes="GB FR")
    interrupt(codes="DE")

    touching = Interruption.objects.touching("GB")

    assert set(touching) == {everywhere, both}
    assert touching.count() == 2


def test_the_worst_comes_first(interrupt):
    one = interrupt(codes="GB")
    everywhere = interrupt()
    many = interrupt(codes="DE FR IT")

    assert list(Interruption.objects.worst_first()) == [everywhere, many, one]
    assert list(Interruption.objects.touching("GB").worst_first()) == [everywhere, one]


def test_the_database_refuses_an_end_before_the_start(interrupt):
    with pytest.raises(IntegrityError):
        interrupt(starts_at=NOW, ends_at=NOW)
