"""Another edition in a line's place."""

import pytest
from oscar.core.loading import get_model

from checkout.basket import contents
from tests.books import make_edition, make_work

pytestmark = pytest.mark.django_db


@pytest.fixture
def paperback():
    return make_edition(title="My Life", copies=500)


@pytest.fixture
def epub(paperback):
    return make_edition(paperback.parent, type="epub", price="9.99")


@pytest.fixture
def swap(reader):
    """Put an edition in the place of the basket's only line; return the page."""

    def swap(edition):
        line = get_model("basket", "Line").objects.earliest("pk")
        data = {"edition": edition.pk}
        return reader.client.post(f"/basket/lines/{line.pk}/swap/", data, follow=True)

    return swap


def in_basket():
    return dict(get_model("basket", "Line").objects.values_list("product", "quantity"))


def test_of_an_e_book_one_copy_takes_the_place_of_all(reader, paperback, epub, swap):
    reader.take(paperback, quantity=3)

    page = swap(epub)

    assert "My Life (E-book (EPUB)) is in your basket instead." in page.text
    assert in_basket() == {epub.pk: 1}


def test_another_print_comes_in_the_same_number(reader, paperback, swap):
    hardcover = make_edition(paperback.parent, type="hardcover")
    reader.take(paperback, quantity=3)

    swap(hardcover)

    assert in_basket() == {hardcover.pk: 3}


def test_an_e_book_that_is_in_the_basket_already_stays_one(reader, paperback, epub, swap):
    reader.take(paperback, quantity=2).take(epub)

    swap(epub)

    assert in_basket() == {epub.pk: 1}


def test_a_line_in_its_own_place_stays(reader, paperback, swap):
    reader.take(paperback, quantity=2)

    swap(paperback)

    assert in_basket() == {paperback.pk: 2}


@pytest.mark.parametrize("type", ["epub", "hardcover"])
def test_the_fullest_basket_can_be_changed(reader, paperback, swap, type):  # noqa: A002
    other = make_edition(paperback.parent, type=type, copies=500)
    reader.take(paperback, quantity=400)
    reader.take(make_edition(title="1905", copies=100), quantity=100)

    swap(other)

    assert other.pk in in_basket()
    assert paperback.pk not in in_basket()


def test_an_edition_that_cannot_be_had_leaves_the_basket_alone(reader, paperback, swap):
    sold_out = make_edition(paperback.parent, type="hardcover", copies=0)
    reader.take(paperback)

    page = swap(sold_out)

    assert "out of stock. Your basket is unchanged." in page.text
    assert in_basket() == {paperback.pk: 1}


def test_an_edition_of_another_work_does_not_take_the_place(reader, paperback, swap):
    other = make_edition(title="1905", type="epub")
    reader.take(paperback)

    swap(other)

    assert in_basket() == {paperback.pk: 1}


def test_a_strangers_line_is_not_changed(reader, paperback, epub, fill, swap):
    fill(paperback)

    page = swap(epub)

    assert "That book is no longer in your basket." in page.text
    assert in_basket() == {paperback.pk: 1}


def test_every_print_of_a_work_is_offered_the_e_book(fill, paperback, epub):
    hardcover = make_edition(paperback.parent, type="hardcover")
    lines = contents.read(basket=fill(paperback, hardcover)).lines

    found = contents.downloads_instead(lines)

    assert [(line.edition, offer.edition) for line, offer in found] == [
        (paperback, epub),
        (hardcover, epub),
    ]


def test_the_first_e_book_that_can_be_bought_is_offered(fill, paperback):
    make_edition(paperback.parent, type="epub", price=None)
    pdf = make_edition(paperback.parent, type="pdf", price="9.99")

    ((_, offer),) = contents.downloads_instead(contents.read(basket=fill(paperback)).lines)

    assert offer.edition == pdf


@pytest.mark.parametrize("works", [1, 8])
def test_looking_for_e_books_takes_two_queries(fill, works, django_assert_num_queries):
    for_each = [make_work(f"Volume {number}") for number in range(works)]
    prints = [make_edition(work) for work in for_each]
    for work in for_each:
        make_edition(work, type="epub", price="9.99")
    lines = contents.read(basket=fill(*prints)).lines

    with django_assert_num_queries(2):
        found = contents.downloads_instead(lines)

    assert len(found) == works
