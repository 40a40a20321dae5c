"""A reader says where parcels shall go, once, and is told the truth from then on."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import with_and_without_javascript
from tests.journeys.reader import PHONE


def chooses(reader, name):
    reader.page.get_by_label("Where shall the parcel go?").select_option(label=name)
    reader.presses("Show what it costs")


@pytest.fixture
def auditor(new_reader, javascript):
    # axe runs as a script.
    return new_reader(javascript=javascript, width=PHONE, audits=javascript)


@with_and_without_javascript
def test_a_country_chosen_on_a_book_holds_from_the_basket_to_the_address(auditor):
    auditor.opens("/books/my-life/")
    chooses(auditor, "Germany")
    auditor.sees("To Germany:")
    auditor.sees("8 to 18 days")
    expect(auditor.page.locator("#delivery")).to_be_in_viewport()

    auditor.presses("Add to basket", exact=True)
    auditor.sees("Shipping to Germany")
    auditor.sees("Total with shipping")
    auditor.goes_to_checkout()

    expect(auditor.page.get_by_label("Country")).to_have_value("DE")


@with_and_without_javascript
def test_a_country_is_forgotten_where_it_was_chosen(auditor):
    auditor.opens("/shipping/")
    chooses(auditor, "Brazil")
    auditor.sees("A book of 680 g to Brazil")
    auditor.opens("/books/my-life/hardcover/")
    auditor.presses("Not Brazil? Choose another country")

    expect(auditor.page.get_by_label("Where shall the parcel go?")).to_have_value("")
    assert auditor.context.cookies() == []


@with_and_without_javascript
def test_a_country_is_looked_up_by_its_code(auditor):
    auditor.opens("/shipping/")
    auditor.fills(Find_a_country_by_name_or_code="NZ")
    auditor.presses("Find", exact=True)
    auditor.sees("found for “NZ”")

    auditor.follows("New Zealand")

    auditor.sees("A book of 680 g to New Zealand")


@with_and_without_javascript
def test_the_notice_is_put_away_for_the_visit(auditor):
    notice = auditor.page.get_by_role("region", name="Shipping notice")
    auditor.opens("/books/?sort=title")
    expect(notice).to_be_visible()

    auditor.presses("Dismiss shipping notice")
    assert auditor.page.url.endswith("/books/?sort=title")
    auditor.opens("/books/my-life/")

    expect(notice).to_have_count(0)
    (cookie,) = auditor.context.cookies()
    assert (cookie["name"], cookie["expires"]) == ("dismissed", -1)
