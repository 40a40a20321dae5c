"""Where a request comes from."""

import pytest
from django.test import RequestFactory

from bookstore import visitor


@pytest.mark.parametrize(
    ("hops", "forwarded", "expected"),
    [
        (0, "198.51.100.7", "192.0.2.1"),
        (1, "6.6.6.6, 198.51.100.7", "198.51.100.7"),
        (2, "6.6.6.6, 198.51.100.7, 192.0.2.9", "198.51.100.7"),
        (1, "", ""),
        (3, "198.51.100.7", ""),
    ],
    ids=[
        "no proxy of ours: the header is a visitor's own words",
        "one proxy: its entry is the last",
        "two proxies",
        "the proxy says nothing",
        "fewer entries than proxies",
    ],
)
def test_the_address_is_what_our_own_proxy_saw(settings, hops, forwarded, expected):
    settings.PROXY_HOPS = hops
    request = RequestFactory().get(
        "/", headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR="192.0.2.1"
    )

    assert visitor.address(request) == expected


def test_in_production_a_private_address_counts_as_nobodys(settings):
    settings.DEMO = False

    assert [visitor.household(each) for each in ("10.0.0.1", "127.0.0.1", "nonsense")] == [
        ""
    ] * 3
    assert visitor.household("8.8.8.8") == "8.8.8.8"
