"""What holds for every page: seen by everybody, heavy on nobody, marked by no cookie."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import with_and_without_javascript
from tests.journeys.reader import PHONE

PUBLIC = [
    "/",
    "/books/",
    "/books/?page=2",
    "/books/?sort=title",
    "/books/my-life/",
    "/books/my-life/epub/",
    "/books/year-one-of-the-russian-revolution/",
    "/books/the-positive-outcome-of-philosophy/",
    "/authors/",
    "/authors/leon-trotsky/",
    "/subjects/",
    "/search/",
    "/search/?q=capital",
    "/search/?q=luxembourg",
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
MOST_BYTES = 25_000  # of these, as they lie there; they travel compressed


@pytest.mark.parametrize("path", PUBLIC)
def test_looking_around_leaves_no_cookie(reader, path):
    response = reader.opens(path)

    assert response.status == (404 if "no-such" in path or "unknown" in path else 200)
    assert reader.context.cookies() == []
    assert "set-cookie" not in response.all_headers()


@pytest.mark.parametrize("path", PUBLIC)
@pytest.mark.parametrize("width", [PHONE], ids=["phone"])
def test_every_page_fits_a_phone_and_shows_the_shipping_notice(reader, path):
    reader.opens(path)

    notice = reader.page.get_by_role("complementary", name="Shipping notice")
    expect(notice).to_contain_text("shipments to some countries may be interrupted")


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
        notice = reader.page.get_by_role("complementary", name="Shipping notice")
        expect(notice).to_be_visible()

    reader.adds("my-life")
    reader.goes_to_checkout()
    expect_notice()
    reader.gives_address()
    expect_notice()
    reader.chooses_shipping()
    expect_notice()
    reader.presses("Pay $29.70")
    reader.follows("Back to the shop")
    expect_notice()


def test_a_book_page_asks_for_few_files(reader):
    reader.opens("/books/my-life/")
    reader.page.wait_for_load_state("networkidle")

    files = [ask for ask in reader.watch.requests if ask.resource_type != "image"]
    assert len(files) <= MOST_REQUESTS, [ask.url for ask in files]
