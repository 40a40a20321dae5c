"""Narrowing a search down: one edition meets all choices, and the numbers tell the truth."""

import re

import pytest

from catalog import search
from catalog.models import Category, SearchEntry
from catalog.pricing.models import StockRecord
from tests.books import make_contributor, make_edition, make_work
from tests.catalog.test_browse import titles

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    history = Category.objects.add_root({"name": "History", "slug": "history"})
    russia = Category.objects.add_child(history, {"name": "Russia", "slug": "russia"})
    rosa = make_contributor("Rosa")
    paper = make_work("Red Paper", author=rosa)
    paper.categories.add(russia)
    make_edition(paper, price="24.95", language="eng", published_on="2001-05-01")
    make_edition(paper, type="epub", price="4.95", language="eng", published_on="2021-05-01")
    sold = make_work("Red Sold Out", author=rosa)
    sold.categories.add(history)
    make_edition(sold, price="8.00", copies=0, language="ger", published_on="2005-05-01")
    audio = make_work("Red Audio")
    make_edition(audio, type="audio", price="12.00", language="eng", published_on="2022-01-01")
    search.index_works(work_ids=[work.pk for work in (paper, sold, audio)])
    return {"rosa": rosa}


@pytest.mark.parametrize(
    ("choice", "left"),
    [
        ("type=epub", ["Red Paper"]),
        ("type=epub&type=audio", ["Red Audio", "Red Paper"]),
        ("available=1", ["Red Audio", "Red Paper"]),
        ("price=0-10", ["Red Paper"]),  # what is sold out has no price to pay
        ("type=paperback&price=0-10", []),  # the cheap edition is another one
        ("language=ger", ["Red Sold Out"]),
        ("year=2020s", ["Red Audio", "Red Paper"]),
        ("year=2001", ["Red Paper"]),
        ("subject=history", ["Red Paper", "Red Sold Out"]),
        ("subject=russia", ["Red Paper"]),
    ],
)
@pytest.mark.parametrize("query", ["", "q=red&"])
def test_a_choice_leaves_what_meets_it(client, shop, query, choice, left):
    assert titles(client.get(f"/search/?{query}{choice}&sort=title").text) == left


def test_an_author_is_a_choice(client, shop):
    html = client.get(f"/search/?q=red&author={shop['rosa'].slug}&sort=title").text

    assert titles(html) == ["Red Paper", "Red Sold Out"]


def offered(html, kind):
    group = html.split(f'id="filter-{kind}"')[1].split("</section>")[0]
    words = re.sub(r"<[^>]+>", " ", group).replace(": chosen, remove", "")
    return re.findall(r"([A-Z$][\w$.() -]*?)\s+(\d+)\s+books", words)


def test_numbers_say_what_each_choice_would_leave(client, shop):
    html = client.get("/search/?q=red").text

    assert ("Audiobook", "1") in offered(html, "type")
    assert ("English", "2") in offered(html, "language")
    assert offered(html, "available") == [("Can be bought now", "2")]
    assert offered(html, "subject") == [("History", "2"), ("Russia", "1")]


def test_numbers_respect_the_other_choices_and_not_their_own(client, shop):
    html = client.get("/search/?q=red&language=ger").text

    assert offered(html, "type") == [("Paperback", "1")]
    assert offered(html, "language") == [("English", "2"), ("German", "1")]


def test_a_chosen_one_can_be_taken_back_by_a_link(client, shop):
    html = client.get("/search/?q=red&type=epub&language=eng").text

    chosen = html.split('class="chosen__list"')[1].split("</ul>")[0]
    links = re.findall(r'href="([^"]*)"', chosen)
    assert links == ["?q=red&amp;language=eng", "?q=red&amp;type=epub"]


def test_an_empty_search_says_what_to_take_away(client, shop):
    html = client.get("/search/?q=red&type=pdf").text

    assert "all that you have chosen" in html
    assert '<a href="?q=red">Remove all choices</a>' in html


@pytest.mark.parametrize(
    ("sort", "first"), [("price", "Red Paper"), ("new", "Red Audio"), ("title", "Red Audio")]
)
def test_results_come_in_the_order_asked_for(client, shop, sort, first):
    assert titles(client.get(f"/search/?q=red&sort={sort}").text)[0] == first


def test_a_stock_or_price_that_changes_shows_at_once(client, shop):
    StockRecord.objects.filter(product__title="Red Sold Out").update(num_in_stock=1)

    assert "Red Sold Out" in titles(client.get("/search/?q=red&available=1").text)
    assert SearchEntry.objects.count() == 3  # nothing was indexed for it


def test_the_words_are_marked_and_the_text_is_escaped(client):
    work = make_work(
        "Red & <Dawn>", description="<p>A <em>red</em> book of tea &amp; ships</p>"
    )
    make_edition(work)
    search.index_works(work_ids=[work.pk])

    html = client.get("/search/?q=red").text

    assert "<mark>Red</mark> &amp; &lt;Dawn&gt;" in html
    assert "A <mark>red</mark> book of tea &amp; ships" in html


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Fyodor Dostoyevsky", "Dostoevsky"),
        ("Leo Tolstoy", "tolstoi"),
        ("José Peña", "jose pena"),
    ],
)
def test_a_name_is_found_in_another_spelling(client, written, asked):
    work = make_work("Something", author=written)
    make_edition(work)
    search.index_works(work_ids=[work.pk])

    assert titles(client.get("/search/", {"q": asked}).text) == ["Something"]


def test_the_very_title_comes_first_then_titles_then_texts(client):
    make = {
        "Capital": {},
        "Capital and Interest in the Long Run of Things": {},
        "Wages": {"description": "Capital, capital, capital."},
    }
    works = [make_work(title, **fields) for title, fields in make.items()]
    for work in works:
        make_edition(work)
    search.index_works(work_ids=[work.pk for work in works])

    assert titles(client.get("/search/?q=capital").text) == list(make)
