"""Where a request came from, no more exactly than needed."""

import pytest
from django.test import RequestFactory

from newsletter import evidence


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("", ""),
        ("unix:", ""),
    ],
)
def test_an_address_loses_its_last_part(address, kept):
    assert evidence.network(address) == kept


@pytest.mark.parametrize(
    ("referer", "kept"),
    [
        ("http://testserver/books/my-life/?q=secret#x", "/books/my-life/"),
        ("http://testserver/newsletter/confirm/a-token/", "/newsletter/"),
        ("http://[broken", ""),
        ("", ""),
        ("http://testserver/" + "x" * 900, "/" + "x" * 499),
    ],
    ids=["a page", "a page behind a link", "no URL", "none", "a long one"],
)
def test_the_page_is_kept_without_query_and_token(referer, kept):
    request = RequestFactory().post("/newsletter/", headers={"referer": referer})

    assert evidence.page_before(request) == kept
