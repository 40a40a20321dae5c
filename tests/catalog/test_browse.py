"""Shelves: the front page, listings, subjects, people."""

import re

import pytest

from catalog import search
from catalog.models import Category, Contribution
from catalog.search.results import RESULTS_A_PAGE
from tests.books import make_contributor, make_edition, make_work

pytestmark = pytest.mark.django_db


def titles(html):
    marked = re.findall(r'(?:card|hit)__title"><a[^>]*>(.*?)</a>', html)
    return [re.sub("</?mark>", "", title).strip() for title in marked]


def test_the_newest_edition_comes_first(client):
    make_edition(title="Old", published_on="2001-01-01")
    make_edition(title="New", published_on="2020-01-01")
    make_edition(title="Undated")

    assert titles(client.get("/books/").text) == ["New", "Old", "Undated"]


def test_titles_are_sorted_without_their_article(client):
    for title in ["The State and Revolution", "A Life", "My Life"]:
        make_edition(title=title)

    found = titles(client.get("/books/?sort=title").text)

    assert found == ["A Life", "My Life", "The State and Revolution"]


def test_a_long_shelf_is_cut_into_pages(client):
    for number in range(25):
        make_edition(title=f"Book {number:02}")

    first = client.get("/books/?sort=title").text
    following = re.search(r'rel="next" href="([^"]*)"', first)[1].replace("&amp;", "&")
    second = client.get(f"/books/{following}").text
    back = re.search(r'rel="prev" href="([^"]*)"', second)[1].replace("&amp;", "&")

    assert len(titles(first)) == 24
    assert titles(second) == ["Book 24"]
    assert titles(client.get(f"/books/{back}").text) == titles(first)


def test_an_empty_shop_says_so(client):
    assert "There are no books here yet" in client.get("/books/").text
    assert "No books yet" in client.get("/").text


def test_the_front_page_tells_new_from_coming(client):
    make_edition(make_work("Put Forward", priority=5))
    make_edition(title="Out Now", published_on="2020-01-01")
    make_edition(title="Not Yet", status="forthcoming", published_on="2027-01-01", copies=0)

    html = client.get("/").text

    new, coming = html.split("Coming soon</h2>")
    assert "Put Forward" in html[html.index('id="lead"') :]
    assert "Out Now" in titles(new)
    assert "Not Yet" not in titles(new)
    assert titles(coming) == ["Not Yet"]


def test_a_subject_shows_its_books_and_those_of_the_subjects_below(client):
    history = Category.objects.add_root({"name": "History", "slug": "history"})
    revolutions = Category.objects.add_child(
        history, {"name": "Revolutions", "slug": "revolutions"}
    )
    for title, subject in {"Wide": history, "Narrow": revolutions}.items():
        make_edition(title=title).parent.categories.add(subject)
    make_edition(title="Elsewhere")

    assert titles(client.get("/subjects/history/").text) == ["Narrow", "Wide"]
    assert titles(client.get("/subjects/revolutions/").text) == ["Narrow"]


def test_a_contributor_has_all_books_they_had_a_part_in(client):
    eastman = make_contributor("Max Eastman", biography="He translated.")
    own = make_edition(make_work("Own Book", author=eastman, first_published=1934)).parent
    history = make_edition(make_work("History", first_published=1932)).parent
    Contribution.objects.create(work=history, contributor=eastman, role="B06")

    html = client.get(eastman.get_absolute_url()).text

    assert "Books by Max Eastman" in html
    assert "He translated." in html
    assert titles(html) == [history.title, own.title]


def test_subjects_stand_below_one_another_with_the_books_there_and_below(client):
    history = Category.objects.add_root({"name": "History", "slug": "history"})
    art = Category.objects.add_root({"name": "Art", "slug": "art"})
    below = Category.objects.add_child(history, {"name": "Revolutions", "slug": "revolutions"})
    Category.objects.add_root({"name": "Empty", "slug": "empty"})
    works = [make_edition(title=title).parent for title in ("One", "Two", "Three")]
    for work, subject in zip(works, (history, below, art), strict=True):
        work.categories.add(subject)
    works[1].categories.add(history)
    search.index_works(work_ids=[work.pk for work in works])

    html = client.get("/subjects/").text

    listed = re.findall(r'/subjects/[\w-]+/">(\w+)</a> <span[^>]*>(\d+) book', html)
    assert listed == [("Art", "1"), ("History", "2"), ("Revolutions", "1")]
    assert "Revolutions" in client.get("/subjects/history/").text


def test_people_stand_under_the_letter_of_their_sort_name(client):
    make_edition(make_work(author="Édouard"))
    make_edition(make_work(author="42 Authors"))
    make_edition(make_work(author="Zoë"))

    first, last = client.get("/authors/").text, client.get("/authors/?letter=0-9").text

    assert re.findall(r'href="\?letter=([^"]*)"', first) == ["E", "Z", "0-9"]
    assert ("Édouard" in first, "Zoë" in first) == (True, False)
    assert "42 Authors" in last


def test_people_without_books_on_sale_are_not_listed(client):
    make_contributor("Nobody Yet")
    make_edition(make_work(author="Somebody"))

    html = client.get("/authors/").text

    assert "Somebody" in html
    assert "Nobody Yet" not in html


@pytest.mark.parametrize("shelf", [1, 20])
@pytest.mark.parametrize(
    "path", ["/books/", "/subjects/history/", "/authors/leon/", "/search/?q=book"]
)
def test_a_shelf_costs_the_same_however_long(
    client, django_assert_max_num_queries, path, shelf
):
    subject = Category.objects.add_root({"name": "History", "slug": "history"})
    leon = make_contributor("Leon")
    leon.slug = "leon"
    leon.save()
    works = [make_work(f"Book {number}", author=leon) for number in range(shelf)]
    for work in works:
        work.categories.add(subject)
        make_edition(work)
        make_edition(work, type="epub", price="9.99")
    search.index_works(work_ids=[work.pk for work in works])

    with django_assert_max_num_queries(14):
        shown = len(titles(client.get(path).text))

    assert shown == (min(shelf, RESULTS_A_PAGE) if "/search/" in path else shelf)


def test_a_card_tells_the_lowest_price_that_can_be_paid(client):
    work = make_work("My Life")
    make_edition(work, price="24.95")
    make_edition(work, type="epub", price="9.99")
    make_edition(work, type="pamphlet", price="1.00", copies=0)

    assert "from $9.99" in client.get("/books/").text
