"""What the paper in the parcel says."""

import re

import pytest

from checkout import orders
from checkout.papers import packing_slip
from checkout.papers.packing_slip import Absent, Packed
from tests.books import make_edition, make_work
from tests.checkout.papers.conftest import MY_LIFE

pytestmark = pytest.mark.django_db


@pytest.fixture
def my_life():
    return make_edition(make_work("My Life", author="Leon Trotsky"), type="hardcover")


@pytest.fixture
def ebook():
    return make_edition(title="1905", type="epub")


@pytest.fixture
def load(place):
    """Place an order for the books and load it as its page does."""
    return lambda *books, **changes: orders.load_order(number=place(*books, **changes).number)


def contents(slip):
    return [(packed.book.title, packed.quantity) for packed in slip.packed]


def absences(slip):
    return [(absent.book.title, absent.quantity, absent.reason) for absent in slip.absent]


def test_the_slip_says_who_sends_what_to_whom(load, my_life, read, settings):
    settings.SHOP_NAME, settings.SHOP_ADDRESS = "Meridian Press", ["1 Road", "Town"]
    order = load((my_life, 2))

    text = read(packing_slip.render(packing_slip.of_order(order))).text

    for part in [
        "Meridian Press 1 Road Town",
        "Ada Reader 1 Library Lane BOSTON, MA 02108 United States",
        f"Order {order.number}",
        f"Ordered on {order.date_placed.day} {order.date_placed:%B %Y}",
        "Sent by By post",
        "2 books in this parcel.",
        f"2 My Life Leon Trotsky Hardcover · ISBN {my_life.isbn}",
        f"Write to {settings.SHOP_EMAIL}",
    ]:
        assert part in text
    assert "Not in this parcel" not in text
    assert "About the way of this parcel" not in text


def test_the_slip_shows_no_price(load, my_life, read):
    order = load((my_life, 2))

    text = read(packing_slip.render(packing_slip.of_order(order))).text

    assert not re.search(r"[$€£¥]|\d\.\d\d\b|USD|[Tt]otal", text)


def test_the_day_is_that_of_the_shops_clock(load, my_life, settings, now):
    settings.TIME_ZONE = "Pacific/Auckland"
    order = load(my_life, now=now.replace(year=2026, month=6, day=30, hour=20))

    assert str(packing_slip.of_order(order).ordered_on) == "2026-07-01"


def test_without_being_told_all_that_goes_by_post_is_in_the_parcel(load, my_life, ebook):
    slip = packing_slip.of_order(load((my_life, 2), ebook))

    assert contents(slip) == [("My Life", 2)]
    assert absences(slip) == [("1905", 1, "A download")]


def test_a_parcel_with_a_part_names_the_rest(load, my_life):
    other = make_edition(title="The Permanent Revolution")
    order = load((my_life, 3), (other, 2))
    first, second = order.lines.all()

    slip = packing_slip.of_order(order, quantities={first.pk: 1}, refunded={second.pk: 1})

    assert contents(slip) == [("My Life", 1)]
    assert absences(slip) == [
        ("My Life", 2, "Sent separately"),
        ("The Permanent Revolution", 1, "Refunded"),
        ("The Permanent Revolution", 1, "Sent separately"),
    ]


def test_refunded_copies_are_not_packed(load, my_life):
    order = load((my_life, 3))
    line = order.lines.get()

    slip = packing_slip.of_order(order, refunded={line.pk: 2})

    assert contents(slip) == [("My Life", 1)]
    assert absences(slip) == [("My Life", 2, "Refunded")]


def test_what_the_reader_was_told_about_the_parcel_is_printed(load, my_life, read, now):
    order = load(my_life)
    order.parcel_notices.create(severity="delay", message="Ships wait & sink.", shown_at=now)

    slip = packing_slip.of_order(orders.load_order(number=order.number))

    text = read(packing_slip.render(slip)).text
    assert "About the way of this parcel Ships wait & sink." in text


def test_what_is_not_in_the_parcel_is_printed_with_its_reason(slip, read):
    absent = (Absent(MY_LIFE, 2, "Refunded"), Absent(MY_LIFE, 1, "Sent separately"))

    text = read(packing_slip.render(slip(packed=(Packed(MY_LIFE, 1),), absent=absent))).text

    told = text[text.index("Not in this parcel") :]
    assert told.startswith("Not in this parcel Copies Book Why 2 My Life Leon Trotsky")
    assert "1 book in this parcel." in text
    assert told.index("Refunded") < told.index("Sent separately")


def test_a_book_that_left_the_catalogue_is_named_as_it_was_sold(load, my_life, read):
    order = load(my_life)
    order.lines.update(product=None)
    isbn = my_life.isbn

    slip = packing_slip.of_order(orders.load_order(number=order.number))

    assert f"1 My Life ISBN {isbn}" in read(packing_slip.render(slip)).text


@pytest.mark.parametrize("books", [1, 20])
def test_a_slip_asks_nothing_more_of_the_database(load, books, django_assert_num_queries):
    order = load(*[make_edition(title=f"Book {number}") for number in range(books)])

    with django_assert_num_queries(0):
        packing_slip.render(packing_slip.of_order(order))
