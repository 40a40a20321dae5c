"""What holds for every page: seen by everybody, heavy on nobody, marked by no cookie."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import with_and_without_javascript
from tests.journeys.reader import PHONE

PUBLIC = [
    "/",
    "/books/",
    "/coming-soon/",
    "/books/?sort=title",
    "/books/my-life/",
    "/books/my-life/epub/",
    "/books/year-one-of-the-russian-revolution/",
    "/books/the-positive-outcome-of-philosophy/",
    "/authors/",
    "/authors/leon-trotsky/",
    "/series/",
    "/series/foundations/",
    "/imprints/",
    "/imprints/meridian-press/",
    "/search/",
    "/search/?q=capital",
    "/search/?q=luxembourg",
    "/search/?q=revolution&type=epub&language=eng&price=0-10&sort=price",
    "/subjects/",
    "/authors/?letter=L",
    "/search/?q=xyzzyq",
    "/basket/",
    "/shipping/",
    "/shipping/?country=BR",
    "/shipping/?country=GB",
    "/newsletter/",
    "/newsletter/thanks/",
    "/newsletter/confirm/unknown/",
    "/no-such-page/",
    "/books/no-such-book/",
]
MOST_REQUESTS = 5  # a page with all its files, pictures aside


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_is_sound(new_reader, path):
    """It fits, breaks no rule of accessibility, shows the notice and leaves no cookie."""
    visitor = new_reader(width=PHONE, audits=True)

    response = visitor.opens(path)

    assert response.status == (404 if "no-such" in path or "unknown" in path else 200)
    notice = visitor.page.get_by_role("region", name="Shipping notice")
    expect(notice).to_contain_text("shipments to some countries may be interrupted")
    assert visitor.context.cookies() == []
    assert "set-cookie" not in response.all_headers()


@with_and_without_javascript
def test_the_notice_leads_to_the_countries_it_is_about(reader):
    reader.opens("/books/my-life/")

    reader.follows("See which countries")

    reader.sees_title("Where we ship")
    section = reader.page.get_by_role("region", name="Interrupted now")
    expect(section).to_be_in_viewport()
    expect(section).to_contain_text("Brazil")


def test_the_notice_stays_through_the_checkout(reader):
    def expect_notice():
        notice = reader.page.get_by_role("region", name="Shipping notice")
        expect(notice).to_be_visible()

    reader.adds("my-life")
    reader.goes_to_checkout()
    expect_notice()
    reader.gives_address()
    expect_notice()
    reader.chooses_shipping()
    expect_notice()
    reader.presses("Pay $30.45")
    reader.follows("Back to the shop")
    expect_notice()


def test_a_book_page_asks_for_few_files(reader):
    reader.opens("/books/my-life/")
    reader.page.wait_for_load_state("networkidle")

    asked = [request.url for request in reader.watch.requests]
    files = [url for url in asked if "/covers/" not in url and "/img/" not in url]
    assert len(files) <= MOST_REQUESTS, files


@with_and_without_javascript
def test_a_link_at_the_foot_of_a_long_page_leads_to_its_top(reader):
    reader.opens("/books/my-life/")
    reader.page.get_by_role("contentinfo").scroll_into_view_if_needed()
    name = reader.page.get_by_role("banner").get_by_role("link", name="Meridian Press")
    expect(name).not_to_be_in_viewport()

    reader.page.get_by_role("link", name="Scroll to top").click()

    expect(name).to_be_in_viewport()
