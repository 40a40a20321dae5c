"""The link to an order."""

import pytest
from django.core.signing import Signer

from checkout import addresses, orders
from tests.books import make_edition

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(place):
    return place(make_edition(copies=9))


def token_of(order):
    return orders.order_url(order).split("/")[-2]


def test_the_link_opens_the_order(order):
    url = orders.order_url(order)

    assert url == f"http://testserver/orders/{order.number}/{token_of(order)}/"
    assert orders.open_order(number=order.number, token=token_of(order)) == order


@pytest.mark.parametrize("token", ["", "x", "x:y", "é", "A" * 43])
def test_a_guessed_link_opens_nothing(order, token):
    with pytest.raises(orders.NotFound):
        orders.open_order(number=order.number, token=token)


def test_one_orders_link_does_not_open_another(order, place):
    another = place(make_edition())

    with pytest.raises(orders.NotFound):
        orders.open_order(number=another.number, token=token_of(order))


def test_a_signature_for_something_else_opens_nothing(order):
    with pytest.raises(orders.NotFound):
        orders.open_order(number=order.number, token=Signer().signature(order.number))


def test_a_good_link_to_an_order_that_is_gone_opens_nothing(order):
    order.delete()

    with pytest.raises(orders.NotFound):
        orders.open_order(number=order.number, token=token_of(order))


@pytest.mark.parametrize("books", [1, 20])
def test_an_orders_page_costs_the_same_however_many_books(
    place, books, django_assert_num_queries
):
    order = place(*[make_edition(title=f"Book {number}") for number in range(books)])
    token = token_of(order)

    with django_assert_num_queries(14):
        found = orders.open_order(number=order.number, token=token)
        assert [line.product.parent.title for line in found.lines.all()]
        assert [str(found.shipping_address), list(found.payment_attempts.all())]


def test_an_address_is_written_as_its_post_wants_it(address):
    written = addresses.label(address())

    assert written == ["Ada Reader", "1 Library Lane", "BOSTON, MA 02108", "United States"]


@pytest.mark.parametrize("town", ["Boston", "Ma", "McMinnville", "'s-Hertogenbosch"])
def test_a_reader_is_shown_the_town_as_it_was_written(address, town):
    parcel = address()
    parcel.line4 = town

    written = addresses.lines(parcel)

    assert written == ["Ada Reader", "1 Library Lane", f"{town}, MA 02108", "United States"]
