"""Narrowing a search down, with and without a script, on desktop and phone."""

from playwright.sync_api import expect

from tests.journeys.conftest import with_and_without_javascript
from tests.journeys.reader import PHONE


@with_and_without_javascript
def test_choices_narrow_a_search_and_are_taken_back(reader):
    reader.opens("/search/?q=revolution")
    before = reader.page.get_by_role("status").first.inner_text()

    reader.follows("E-book (EPUB)")
    chosen = reader.page.get_by_role("region", name="Chosen")
    expect(chosen).to_contain_text("E-book (EPUB)")
    reader.follows("Newest first")
    expect(chosen).to_contain_text("E-book (EPUB)")
    reader.follows("Remove E-book (EPUB)")

    expect(reader.page.get_by_role("status").first).to_have_text(before)


def test_on_a_phone_the_choices_are_one_link_away(new_reader):
    reader = new_reader(width=PHONE, audits=True, scheme="dark")
    reader.opens("/search/?q=revolution")

    reader.page.get_by_role("link", name="Narrow down").click()

    expect(reader.page.get_by_role("region", name="Narrow down")).to_be_in_viewport()
    reader.follows("English")
    reader.sees("English")


def test_a_search_that_leaves_nothing_says_what_to_take_away(new_reader):
    reader = new_reader(audits=True)
    reader.opens("/search/?q=capital&type=audio")

    reader.sees("all that you have chosen")
    reader.follows("Remove all choices")

    expect(
        reader.page.get_by_role("main").get_by_role("heading", level=3).first
    ).to_be_visible()
