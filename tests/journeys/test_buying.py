"""From the book to the paid order and the mail about it."""

import re

import pytest
from playwright.sync_api import expect

from bookstore.demo.stripe import faults
from tests.journeys.conftest import on_desktop_and_phone, with_and_without_javascript
from tests.journeys.reader import DECLINED_CARD
from tests.journeys.shop import wait_until

PAID = "Thank you, your order is paid"


@with_and_without_javascript
@on_desktop_and_phone
def test_a_guest_buys_my_life_in_print_and_as_an_e_book(reader, shop, new_reader):
    reader.opens("/")
    reader.follows(re.compile("^See the book"))
    reader.presses("Add to basket", exact=True)
    reader.sees("My Life (Paperback) is in your basket.")
    reader.opens("/books/my-life/")
    reader.follows(re.compile("EPUB"))
    reader.presses("Add to basket", exact=True)
    reader.goes_to_checkout()
    reader.gives_address_abroad()
    reader.chooses_shipping("Express")
    reader.presses("Pay $74.44")
    reader.pays()

    reader.sees(PAID)
    expect(reader.page.get_by_role("main").get_by_role("link", name="My Life")).to_have_count(2)
    assert shop.orders_of(reader.email) == ["Paid"]
    mail = shop.mail_to(reader.email, about="Your order")
    text = mail.get_body(("plain",)).get_content()
    html = mail.get_body(("html",)).get_content()
    for body in [text, html]:
        assert "My Life" in body
        assert "$74.44" in body
        assert "EC1Y 8SY" in body
    link = re.search(rf"{re.escape(shop.url)}/orders/\S+", text)[0]
    assert f'href="{link}"' in html
    on_another_device = new_reader()
    on_another_device.opens(link)
    on_another_device.sees(PAID)
    assert on_another_device.context.cookies() == []


@with_and_without_javascript
def test_a_declined_card_can_be_replaced_by_another(reader, shop):
    reader.adds("my-life")
    reader.comes_to_review()
    reader.presses(re.compile("^Pay "))

    reader.pays(DECLINED_CARD)
    reader.sees("Your card was declined.")
    assert shop.orders_of(reader.email) == ["Pending payment"]
    reader.pays()

    reader.sees(PAID)
    assert shop.orders_of(reader.email) == ["Paid"]


@with_and_without_javascript
def test_e_books_alone_ask_for_no_address(reader, shop):
    reader.adds("the-communist-manifesto", edition="epub")
    reader.sees("E-books only: nothing to ship.")
    reader.goes_to_checkout()

    reader.sees_title("Is everything right?")
    expect(reader.page.get_by_text("Parcel to")).to_have_count(0)
    reader.presses("Pay $1.99")
    reader.pays()

    reader.sees(PAID)
    expect(reader.page.get_by_role("main")).not_to_contain_text("Parcel")


@with_and_without_javascript
def test_a_reader_opens_an_account_on_the_way_and_finds_the_order_there(reader, shop):
    reader.adds("the-permanent-revolution", edition="epub")
    reader.follows("Go to checkout")
    reader.follows("sign in")
    reader.follows("Open one")
    reader.page.get_by_label("E-mail address").first.fill(reader.email)
    reader.fills(Password="a long sentence about ships")
    reader.presses("Open the account")

    # The address is known, so that the only step left is the last.
    reader.sees_title("Is everything right?")
    reader.presses("Pay $6.99")
    reader.pays()
    reader.sees(PAID)
    reader.opens("/account/")
    expect(reader.page.get_by_role("row").last).to_contain_text("Paid")
    reader.follows(re.compile(r"^\d|^[A-Z0-9-]{6,}$"))
    reader.sees(PAID)


@with_and_without_javascript
def test_going_back_through_the_steps_keeps_what_was_typed(reader):
    reader.adds("my-life")
    reader.comes_to_review()
    page = reader.page

    reader.goes_back()
    expect(page.get_by_role("radio", name="Standard")).to_be_checked()
    reader.goes_back()
    expect(page.get_by_label("Full name")).to_have_value("Rosa Reader")
    expect(page.get_by_label("State")).to_have_value("MA")
    expect(page.get_by_label("ZIP code")).to_have_value("02108")
    reader.goes_back()
    expect(page.get_by_label("E-mail address")).to_have_value(reader.email)
    reader.presses("Continue")
    reader.presses("Continue to shipping")
    reader.presses("Continue to review")

    reader.sees_title("Is everything right?")
    reader.sees("1 Library Lane")


@with_and_without_javascript
def test_another_country_asks_for_its_own_fields_and_keeps_the_name(reader):
    reader.adds("my-life")
    reader.goes_to_checkout()
    reader.fills(Full_name="Rosa Reader", Street_and_number="1 Marx Lane")
    reader.chooses_country("United Kingdom")

    page = reader.page
    expect(page.get_by_label("ZIP code")).to_have_count(0)
    expect(page.get_by_label("Postcode")).to_be_visible()
    expect(page.get_by_label("Full name")).to_have_value("Rosa Reader")
    expect(page.get_by_label("Street and number")).to_have_value("1 Marx Lane")
    reader.fills(Town="London", Postcode="nonsense")
    reader.presses("Continue to shipping")

    reader.sees("This does not look right for United Kingdom.")
    expect(page.get_by_label("Postcode")).to_have_value("nonsense")
    expect(page.get_by_label("Postcode")).to_have_attribute("aria-invalid", "true")


@with_and_without_javascript
def test_two_clicks_on_pay_place_one_order(reader, shop):
    reader.adds("my-life")
    reader.comes_to_review()

    with reader.page.expect_navigation(url=f"{shop.stripe.base_url}/**"):
        reader.page.get_by_role("button", name=re.compile("^Pay ")).dblclick()
    reader.looks()
    reader.pays()

    reader.sees(PAID)
    assert shop.orders_of(reader.email) == ["Paid"]


@pytest.mark.parametrize("javascript", [False], ids=["javascript off"])
def test_an_impatient_second_click_places_no_second_order(reader, shop):
    reader.adds("my-life")
    reader.comes_to_review()
    shop.stripe.plan_fault("slow", seconds=2, only="POST /v1/checkout/sessions")
    pay = reader.page.get_by_role("button", name=re.compile("^Pay "))
    pay.scroll_into_view_if_needed()
    box = pay.bounding_box()

    # Unlike a locator, the mouse does not wait for the answer to the first click.
    reader.page.mouse.click(box["x"] + 5, box["y"] + 5)
    wait_until(lambda: shop.orders_of(reader.email))
    reader.page.mouse.click(box["x"] + 5, box["y"] + 5)
    # Stripe is still busy with the first; the order's own page offers to go on.
    reader.sees_title(re.compile("^Order "))
    reader.sees("The payment page is being made. Press Pay again in a moment.")
    wait_until(lambda: shop.attempts_of(reader.email) == ["open"])
    reader.presses(re.compile("^Pay "))
    reader.pays()

    reader.sees(PAID)
    assert shop.orders_of(reader.email) == ["Paid"]


def test_an_order_is_kept_while_the_payment_page_is_down(reader, shop):
    reader.adds("my-life")
    reader.comes_to_review()
    shop.stripe.plan_fault("fail_before", count=20, only="POST /v1/checkout/sessions")

    reader.presses(re.compile("^Pay "))
    faults.clear(shop.stripe.store)

    reader.sees("Your order is kept and nothing was charged: please try again in a minute.")
    reader.presses(re.compile("^Pay "))
    reader.pays()
    reader.sees(PAID)
    assert shop.orders_of(reader.email) == ["Paid"]
