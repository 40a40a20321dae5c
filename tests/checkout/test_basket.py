"""The basket page, and what readers send to it."""

import re

import pytest
from django.core.signing import Signer
from django.test import Client
from oscar.core.loading import get_model

from catalog.pricing.models import StockRecord
from tests.books import make_contributor, make_edition, make_work, stock_of

pytestmark = pytest.mark.django_db

Line = get_model("basket", "Line")
Basket = get_model("basket", "Basket")
OWN = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def paperback():
    return make_edition(title="My Life", copies=5)


@pytest.fixture
def epub(paperback):
    return make_edition(paperback.parent, type="epub", price="9.99")


@pytest.fixture
def add(client):
    def add(*editions, quantity=1, headers=OWN, client=client):
        data = {"edition": [edition.pk for edition in editions], "quantity": quantity}
        return client.post("/basket/add/", data, headers=headers, follow=True)

    return add


def contents():
    return {line.product.title: line.quantity for line in Line.objects.all()}


def test_a_book_goes_into_the_basket(add, paperback):
    page = add(paperback, quantity=2)

    assert page.redirect_chain == [("/basket/", 302)]
    assert "My Life (Paperback) is in your basket." in page.text
    assert "$49.90" in page.text
    assert "Basket, 2 books" in page.text
    assert contents() == {"My Life": 2}


def test_several_books_go_in_at_once(add, paperback):
    other = make_edition(title="1905")

    page = add(paperback, other)

    assert "2 books were put in your basket." in page.text
    assert contents() == {"My Life": 1, "1905": 1}


def test_what_cannot_be_had_is_named_and_the_rest_goes_in(add, paperback):
    sold_out = make_edition(title="1905", copies=0)

    page = add(paperback, sold_out)

    assert "1905: out of stock" in page.text
    assert contents() == {"My Life": 1}


@pytest.mark.parametrize("quantity", ["0", "-1", "1000000000", "many", "", "1.5", "9" * 30])
def test_a_quantity_that_makes_no_sense_leaves_the_basket_alone(add, paperback, quantity):
    add(paperback)

    page = add(paperback, quantity=quantity)

    assert page.redirect_chain[0][0] == paperback.get_absolute_url()
    assert "Please give a quantity from 1 to 500. Your basket is unchanged." in page.text
    assert contents() == {"My Life": 1}


def test_more_copies_than_there_are_leave_the_basket_alone(add, paperback):
    add(paperback, quantity=4)

    page = add(paperback, quantity=2)

    assert "only 5 left. Your basket is unchanged." in page.text
    assert contents() == {"My Life": 4}


def test_one_copy_of_an_ebook_is_enough(add, epub):
    add(epub)

    page = add(epub)

    assert "one copy of an e-book is enough" in page.text
    assert contents() == {"My Life": 1}


def test_one_order_holds_no_more_than_the_limit(add):
    heaps = [make_edition(title=f"Heap {n}", copies=1000) for n in range(2)]
    add(heaps[0], quantity=400)

    page = add(heaps[1], quantity=101)

    assert "One order holds at most 500 books" in page.text
    assert contents() == {"Heap 0": 400}


@pytest.mark.parametrize("keys", [["0"], ["999999"], ["x"], ["9" * 40], ["-1"]])
def test_a_book_that_does_not_exist_is_not_found(client, keys):
    response = client.post("/basket/add/", {"edition": keys, "quantity": 1}, headers=OWN)

    assert response.status_code == 404


def test_nothing_ticked_is_said(client):
    page = client.post("/basket/add/", {"quantity": 1}, headers=OWN, follow=True)

    assert "Tick at least one book" in page.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {},
    ],
)
def test_other_sites_cannot_fill_a_basket(add, paperback, headers):
    assert add(paperback, headers=headers).status_code == 403
    assert contents() == {}


def test_an_old_browser_says_where_it_comes_from(add, paperback):
    assert add(paperback, headers={"Origin": "http://testserver"}).status_code == 200
    assert contents() == {"My Life": 1}


def line_of(edition):
    return Line.objects.get(product=edition)


def test_the_quantity_of_a_line_can_be_changed(client, add, paperback):
    add(paperback)

    page = client.post(f"/basket/lines/{line_of(paperback).pk}/", {"quantity": 3}, follow=True)

    assert "$74.85" in page.text
    assert contents() == {"My Life": 3}


@pytest.mark.parametrize("quantity", ["0", "-1", "6", "1000000000", "x", ""])
def test_a_change_that_cannot_be_is_refused(client, add, paperback, quantity):
    add(paperback, quantity=2)

    page = client.post(
        f"/basket/lines/{line_of(paperback).pk}/", {"quantity": quantity}, follow=True
    )

    assert "Your basket is unchanged." in page.text
    assert contents() == {"My Life": 2}


def test_a_removed_line_can_be_put_back(client, add, paperback):
    add(paperback, quantity=2)

    page = client.post(f"/basket/lines/{line_of(paperback).pk}/remove/", follow=True)

    assert contents() == {}
    assert "My Life (Paperback) was taken out." in page.text
    form = re.search(r'name="edition" value="(\d+)">\s*<input[^>]*value="(\d+)"', page.text)
    assert form.groups() == (str(paperback.pk), "2")


def test_removing_twice_is_no_error(client, add, paperback):
    add(paperback)
    line = line_of(paperback).pk
    for _ in range(2):
        assert client.post(f"/basket/lines/{line}/remove/", follow=True).status_code == 200


def test_nobody_can_touch_the_basket_of_another(add, paperback):
    add(paperback, quantity=2)
    line, stranger = line_of(paperback).pk, Client()

    stranger.post(f"/basket/lines/{line}/", {"quantity": 5})
    stranger.post(f"/basket/lines/{line}/remove/")

    assert contents() == {"My Life": 2}


def test_an_empty_basket_says_what_to_do(client):
    page = client.get("/basket/").text

    assert "Your basket is empty." in page
    assert "Go to checkout" not in page


def test_a_price_that_changed_is_named(client, add, paperback):
    add(paperback)
    StockRecord.objects.filter(product=paperback).update(price="26.95")

    page = client.get("/basket/").text

    assert "The price was $24.95 when you put it in. It is now $26.95." in page
    assert page.count("$26.95") >= 3


def test_stock_that_went_is_named_and_stops_the_checkout(client, add, paperback):
    add(paperback, quantity=3)
    record = stock_of(paperback)
    record.num_allocated = 4
    record.save()

    page = client.get("/basket/").text

    assert "Only one copy left." in page
    assert "Go to checkout" not in page


def test_a_book_that_was_withdrawn_stops_the_checkout(client, add, paperback):
    add(paperback)
    paperback.status = "withdrawn"
    paperback.save()

    page = client.get("/basket/").text

    assert "No longer sold." in page
    assert "Go to checkout" not in page


@pytest.mark.parametrize(
    "cookie", ["", "forged", "1:forged", Signer().sign("999999"), Signer().sign("x"), "\x80"]
)
def test_a_forged_or_stale_cookie_gives_a_fresh_basket(client, add, paperback, cookie):
    client.cookies["basket"] = cookie

    assert client.get("/basket/").status_code == 200
    add(paperback)

    assert contents() == {"My Life": 1}
    assert "My Life" in client.get("/basket/").text


def test_a_basket_that_was_ordered_is_not_filled_any_more(client, add, paperback):
    add(paperback)
    Basket.objects.update(status="Submitted")

    add(paperback)

    assert sorted(Basket.objects.values_list("status", flat=True)) == ["Open", "Submitted"]
    assert "$24.95" in client.get("/basket/").text


@pytest.mark.parametrize("lines", [1, 5, 20])
def test_the_basket_costs_the_same_however_full(
    client, add, django_assert_max_num_queries, lines
):
    author = make_contributor()
    books = [make_edition(make_work(f"Book {n}", author=author)) for n in range(lines)]
    for start in range(0, lines, 10):
        add(*books[start : start + 10])

    with django_assert_max_num_queries(12):
        page = client.get("/basket/").text

    assert page.count("line__title") == lines


def test_a_page_with_somebodys_basket_is_kept_out_of_shared_caches(client, add, paperback):
    add(paperback)

    mine, anybodys = client.get("/authors/"), Client().get("/authors/")

    assert (mine.headers["Cache-Control"], mine.headers["Vary"]) == ("private", "Cookie")
    assert "Cache-Control" not in anybodys.headers


def test_the_count_in_the_header_costs_one_query(
    client, add, paperback, django_assert_num_queries
):
    add(paperback)
    with django_assert_num_queries(3):
        Client().get("/authors/")

    with django_assert_num_queries(4):
        assert "Basket, 1 book<" in client.get("/authors/").text
