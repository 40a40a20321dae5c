"""Search as readers use it."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import with_and_without_javascript


def search(reader, text):
    reader.opens("/search/")
    reader.page.get_by_label("Search books, people, ISBN").fill(text)
    reader.hits_enter()


@with_and_without_javascript
def test_a_title_finds_its_book_first(reader):
    search(reader, "my life")

    first = reader.page.get_by_role("main").get_by_role("heading", level=3).first
    expect(first).to_have_text("My Life")
    reader.follows("My Life", exact=True)
    reader.sees_title("My Life")


def test_a_name_finds_the_books_of_its_bearer(reader):
    search(reader, "luxemburg")

    reader.sees("The Accumulation of Capital")
    expect(reader.page.get_by_text("Rosa Luxemburg").first).to_be_visible()


@pytest.mark.parametrize("isbn", ["9799830000137", "979-983-00001-3-7", " 979 983 00001 3 7 "])
def test_an_isbn_opens_its_edition(reader, isbn):
    search(reader, isbn)

    reader.sees_title("My Life")
    chosen = reader.page.get_by_role("link", name="EPUB")
    expect(chosen).to_have_attribute("aria-current", "page")


@with_and_without_javascript
def test_a_misspelt_name_is_put_right_with_one_click(reader):
    search(reader, "luxembourg")
    reader.sees("Did you mean")

    reader.follows("luxemburg", exact=True)

    reader.sees("The Accumulation of Capital")


def test_a_search_that_finds_nothing_says_where_to_go_on(reader):
    search(reader, "xyzzyq")

    reader.sees("0 books")
    reader.follows("all books")
    reader.sees_title("All books")


def test_what_was_searched_stays_in_the_field(reader):
    search(reader, 'capital <b>"&')

    field = reader.page.get_by_label("Search books, people, ISBN").first
    expect(field).to_have_value('capital <b>"&')
