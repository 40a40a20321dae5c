"""Which notices are about the same parcels."""

import pytest

from shipping import overlaps
from shipping.rules import Notice, Severity


def notice(number, countries="", *, methods="", postcodes=()):
    return Notice(
        id=number,
        title=f"Notice {number}",
        message="Late.",
        severity=Severity.DELAY,
        countries=frozenset(countries.split()),
        methods=frozenset(methods.split()),
        postcodes=tuple(postcodes),
    )


@pytest.mark.parametrize(
    ("one", "other", "countries"),
    [
        (notice(1), notice(2), ""),
        (notice(1), notice(2, "GB FR"), "GB FR"),
        (notice(1, "GB DE"), notice(2, "GB FR"), "GB"),
        (notice(1, "GB", methods="air"), notice(2, "GB"), "GB"),
        (notice(1, "GB", postcodes=["BT"]), notice(2, "GB"), "GB"),
        (notice(1, "GB", postcodes=["bt4 7"]), notice(2, "GB", postcodes=["BT"]), "GB"),
    ],
    ids=["everywhere", "everywhere and some", "a country", "a method", "a region", "regions"],
)
def test_two_notices_about_the_same_parcels_overlap(one, other, countries):
    (found,) = overlaps.among([one, other])

    assert (found.one, found.other) == (one, other)
    assert found.countries == frozenset(countries.split())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (notice(1, "GB"), notice(2, "FR")),
        (notice(1, "GB", methods="air"), notice(2, "GB", methods="sea")),
        (notice(1, "GB", postcodes=["BT"]), notice(2, "GB", postcodes=["IM", "B1"])),
    ],
    ids=["other countries", "other methods", "other regions"],
)
def test_notices_about_other_parcels_do_not(one, other):
    assert overlaps.among([one, other]) == []
