"""Readers who use no mouse."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import with_and_without_javascript

MOST_STOPS = 60
FOCUS = """() => {
  const one = document.activeElement;
  const style = getComputedStyle(one);
  const box = one.getBoundingClientRect();
  const named = one.labels?.length ? one.labels[0].textContent : one.textContent;
  return {
    name: (one.ariaLabel || named || "").trim().replace(/\\s+/g, " "),
    isShown: style.outlineStyle !== "none" && box.width > 1 && box.height > 1
      && box.bottom > 0 && box.top < innerHeight && box.left >= 0,
    html: one.outerHTML.slice(0, 120),
  };
}"""


@pytest.fixture
def tab_to(reader):
    """Press Tab until the focus is on what has this name; each stop has to show it."""

    def tab_to(name):
        stops = []
        for _ in range(MOST_STOPS):
            reader.page.keyboard.press("Tab")
            focus = reader.page.evaluate(FOCUS)
            assert focus["isShown"], f"the focus does not show: {focus['html']}"
            stops.append(focus["name"])
            if focus["name"].startswith(name):
                return
        pytest.fail(f"Tab does not reach {name!r}: {stops}")

    return tab_to


def test_the_first_stop_skips_to_the_content(reader, tab_to):
    reader.opens("/books/my-life/")

    reader.page.keyboard.press("Tab")
    expect(reader.page.get_by_role("link", name="Skip to content")).to_be_focused()
    expect(reader.page.get_by_role("link", name="Skip to content")).to_be_in_viewport()
    reader.page.keyboard.press("Enter")

    expect(reader.page.get_by_role("main")).to_be_focused()
    tab_to("Books")


@with_and_without_javascript
def test_a_book_is_bought_with_the_keyboard_alone(reader, tab_to, shop):
    keyboard = reader.page.keyboard
    reader.opens("/books/my-life/")
    tab_to("Add to basket")
    reader.hits_enter()
    tab_to("Go to checkout")
    reader.hits_enter()
    tab_to("E-mail address")
    keyboard.type(reader.email)
    reader.hits_enter()
    tab_to("Full name")
    keyboard.type("Rosa Reader")
    tab_to("Street and number")
    keyboard.type("1 Library Lane")
    tab_to("City")
    keyboard.type("Boston")
    tab_to("State")
    keyboard.type("Massa")
    tab_to("ZIP code")
    keyboard.type("02108")
    reader.hits_enter()

    # Enter has gone on instead of changing the country, whose button comes first.
    reader.sees_title("How shall the parcel go?")
    tab_to("Standard")
    keyboard.press("Space")
    reader.hits_enter()
    reader.sees_title("Is everything right?")
    tab_to("Pay ")
    reader.hits_enter()

    assert reader.page.url.startswith(shop.stripe.base_url)
    assert shop.orders_of(reader.email) == ["Pending payment"]


@with_and_without_javascript
def test_enter_in_an_unfinished_address_names_what_is_missing(reader):
    reader.adds("my-life")
    reader.goes_to_checkout()

    reader.page.get_by_label("Full name").fill("Rosa Reader")
    reader.page.get_by_label("Full name").focus()
    reader.hits_enter()

    reader.sees("Please give the city.")
    expect(reader.page.get_by_label("Full name")).to_have_value("Rosa Reader")
