"""Typing into the search field: what is suggested, by keyboard, by pointer, or not at all."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import on_desktop_and_phone
from tests.journeys.reader import PHONE, violations


def field(reader):
    return reader.page.get_by_role("combobox", name="Search books, people, ISBN")


def options(reader):
    return reader.page.get_by_role("option")


@on_desktop_and_phone
def test_a_book_is_opened_with_the_keyboard_alone(new_reader, width):
    reader = new_reader(width=width)
    reader.opens("/")
    field(reader).press_sequentially("my lif")
    expect(options(reader).first).to_contain_text("My Life")
    expect(reader.page.get_by_role("search").get_by_role("status")).to_contain_text(
        "suggestion"
    )

    field(reader).press("ArrowDown")

    expect(options(reader).first).to_have_attribute("aria-selected", "true")
    active = field(reader).get_attribute("aria-activedescendant")
    assert active == options(reader).first.get_attribute("id")
    reader.hits_enter()
    reader.sees_title("My Life")


def test_escape_puts_the_list_away_and_keeps_the_words(new_reader):
    reader = new_reader()
    reader.opens("/")
    field(reader).press_sequentially("trots")
    expect(options(reader).first).to_be_visible()
    expect(field(reader)).to_have_attribute("aria-expanded", "true")

    field(reader).press("Escape")

    expect(options(reader)).to_have_count(0)
    expect(field(reader)).to_have_attribute("aria-expanded", "false")
    expect(field(reader)).to_have_value("trots")
    reader.hits_enter()
    reader.sees_title("Search: trots")


def test_the_arrow_up_goes_to_the_last_and_round_to_the_field(new_reader):
    reader = new_reader()
    reader.opens("/")
    field(reader).press_sequentially("revol")
    expect(options(reader).first).to_be_visible()

    field(reader).press("ArrowUp")
    expect(options(reader).last).to_have_attribute("aria-selected", "true")
    field(reader).press("ArrowDown")

    expect(reader.page.locator("[role=option][aria-selected=true]")).to_have_count(0)


def test_a_person_is_opened_with_the_pointer(new_reader):
    reader = new_reader(width=PHONE)
    reader.opens("/")
    field(reader).press_sequentially("luxem")

    with reader.page.expect_navigation():
        options(reader).filter(has_text="Rosa Luxemburg").first.click()

    reader.sees_title("Rosa Luxemburg")


def test_an_isbn_is_suggested_at_once(new_reader):
    reader = new_reader()
    reader.opens("/")

    field(reader).press_sequentially("979-983-00001-3-7")

    expect(options(reader)).to_have_count(1)
    expect(options(reader).first).to_contain_text("My Life")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_open_list_breaks_no_rule_of_accessibility(new_reader, scheme):
    reader = new_reader(scheme=scheme)
    reader.opens("/")
    field(reader).press_sequentially("revol")
    expect(options(reader).first).to_be_visible()
    field(reader).press("ArrowDown")

    assert violations(reader.page) == []


def test_without_a_script_the_form_searches(new_reader):
    reader = new_reader(javascript=False)
    reader.opens("/")
    reader.page.get_by_role("searchbox").fill("luxemburg")

    reader.hits_enter()

    reader.sees("The Accumulation of Capital")
