"""Walking along a shelf: every book once, in order, there and back, whatever changes."""

import re
from datetime import date, timedelta

import pytest

from catalog.models import Product
from catalog.search import keyset, matching
from tests.books import make_edition, make_work

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 24)
ALL = matching.Matching()
SHELVES = {
    "title": lambda: matching.by_title(ALL),
    "date": lambda: matching.by_date(ALL, today=TODAY),
    "price": lambda: matching.by_price(ALL),
    "first published": lambda: matching.by_first_publication(ALL),
}


@pytest.fixture
def shop():
    for number in range(60):
        published = TODAY + timedelta(days=30 - 2 * (number % 50))
        work = make_work(f"Book {number % 7}", first_published=1900 + number % 9 or None)
        make_edition(
            work,
            published_on=None if number % 11 == 0 else published,
            price=f"{number % 5}.95",
            copies=number % 3,
        )
        if number % 4 == 0:
            make_edition(work, type="epub", published_on=published, price="2.95")


def walk(shelf):
    pages = [keyset.read_page(shelf)]
    while pages[-1].after:
        pages.append(keyset.read_page(shelf, after=pages[-1].after))
    return pages


@pytest.mark.parametrize("name", SHELVES)
def test_every_book_stands_on_a_shelf_once(shop, name):
    works = [work for page in walk(SHELVES[name]()) for work in page.works]

    assert len(works) == 60
    assert set(works) == set(Product.objects.works().values_list("pk", flat=True))


@pytest.mark.parametrize("name", SHELVES)
def test_the_way_back_leads_past_the_same_pages(shop, name):
    shelf = SHELVES[name]()
    pages = walk(shelf)

    back = keyset.read_page(shelf, before=pages[2].before)

    assert back.works == pages[1].works
    assert keyset.read_page(shelf, before=back.before).works == pages[0].works


def test_a_book_that_comes_meanwhile_moves_none_to_another_page(shop):
    shelf = SHELVES["title"]()
    first, second = walk(shelf)[:2]

    make_edition(title="AAA, the first of all")

    assert keyset.read_page(shelf, after=first.after).works == second.works


@pytest.mark.parametrize(
    "place", ["x", "", "%%%", "W10", "WzAsIngiLDFd", "W10" * 900, "bnVsbA"]
)
def test_a_place_that_is_none_leads_to_the_first_page(shop, place):
    shelf = SHELVES["date"]()

    assert keyset.read_page(shelf, after=place) == keyset.read_page(shelf)
    assert keyset.read_page(shelf, before=place) == keyset.read_page(shelf)


def test_an_old_link_leads_to_its_page(client, shop):
    pages = walk(SHELVES["title"]())

    response = client.get("/books/?sort=title&page=3")

    assert response.url == f"/books/?sort=title&after={pages[1].after}"


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 30, "4", "1", "", "²"])
def test_an_old_link_to_no_page_leads_to_the_first(client, shop, page):
    assert client.get("/books/", {"page": page}).url == "/books/"


def test_many_books_are_not_counted_to_the_last(client, shop, monkeypatch):
    monkeypatch.setattr(keyset, "COUNTED", 50)

    assert "More than 50 books" in client.get("/books/").text


def test_what_is_to_come_stands_in_its_order(client, shop):
    make_edition(title="Later", status="forthcoming", published_on="2027-03-01")
    make_edition(title="Sooner", status="forthcoming", published_on="2027-01-01")
    make_edition(title="Some Day", status="forthcoming")

    html = client.get("/coming-soon/").text

    found = re.findall(r'card__title"><a[^>]*>([^<]*)</a>', html)
    assert found == ["Sooner", "Later", "Some Day"]
