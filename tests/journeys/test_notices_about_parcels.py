"""What is in the way of parcels is told before anyone pays, and nobody pays for nothing."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import on_desktop_and_phone, with_and_without_javascript
from tests.journeys.test_accessibility import auditor, in_two_looks, scheme  # noqa: F401
from tests.journeys.test_buying import PAID

WAITING = "Ships wait outside the harbour."
PAY = re.compile("^Pay ")


def main(reader):
    return reader.page.get_by_role("main")


@with_and_without_javascript
@pytest.mark.parametrize(
    ("severity", "country", "code", "days"),
    [
        ("information", "Denmark", "DK", "8 to 18 days"),
        ("delay", "Netherlands", "NL", "8 to 28 days"),
    ],
)
def test_what_only_has_to_be_known_is_on_every_page_from_shipping_to_the_mail(
    reader, shop, severity, country, code, days
):
    with shop.notice(severity, code, WAITING, delay_days=10):
        reader.adds("my-life")
        reader.goes_to_checkout()
        reader.gives_address_on_the_continent(country)
        expect(main(reader)).to_contain_text(WAITING)
        expect(main(reader)).to_contain_text(days)
        reader.chooses_shipping()
        expect(main(reader)).to_contain_text(WAITING)
        expect(main(reader)).to_contain_text(days)
        reader.presses(PAY)
        reader.pays()

    reader.sees(PAID)
    expect(main(reader)).to_contain_text(WAITING)
    mail = shop.mail_to(reader.email, about="Your order")
    for kind in ["plain", "html"]:
        assert WAITING in mail.get_body((kind,)).get_content()


@with_and_without_javascript
@on_desktop_and_phone
def test_what_has_to_be_ticked_is_asked_for_and_kept(reader, shop):
    with shop.notice("acknowledge", "DE", WAITING):
        reader.adds("my-life")
        reader.goes_to_checkout()
        reader.gives_address_on_the_continent("Germany")
        reader.chooses_shipping()
        reader.presses(PAY)

        reader.sees_title("Is everything right?")
        reader.sees("Please tick this before you pay.")
        assert shop.orders_of(reader.email) == []
        tick = reader.page.get_by_label(f"I have read: {WAITING}")
        expect(tick).to_have_accessible_description("Error: Please tick this before you pay.")
        reader.page.get_by_role("link", name="please tick that you have read").click()
        expect(tick).to_be_in_viewport()
        tick.check()
        reader.presses(PAY)
        reader.pays()

    reader.sees(PAID)
    reader.sees("that you had read this.")


@with_and_without_javascript
@on_desktop_and_phone
def test_where_no_parcel_goes_the_e_book_is_one_click_away(reader, shop):
    with shop.notice("suspended", "AT", WAITING):
        reader.adds("my-life")
        reader.goes_to_checkout()
        reader.gives_address_on_the_continent("Austria")

        reader.sees_title("The parcel cannot go there")
        reader.sees("Parcels to Austria are suspended.")
        reader.sees(WAITING)
        expect(reader.page.get_by_role("radio")).to_have_count(0)
        reader.presses("Take the e-book instead")
        reader.sees_title("Basket")
        reader.sees("E-books only: nothing to ship.")
        reader.follows("Go to checkout")
        reader.presses("Continue")
        reader.presses(PAY)
        reader.pays()

    reader.sees(PAID)
    expect(main(reader)).not_to_contain_text(WAITING)
    assert shop.orders_of(reader.email) == ["Paid"]


@with_and_without_javascript
def test_of_a_mixed_basket_the_e_book_goes_where_no_parcel_does(reader, shop):
    with shop.notice("suspended", "BE", WAITING):
        reader.adds("what-next")
        reader.adds("my-life", edition="epub")
        reader.goes_to_checkout()
        reader.gives_address_on_the_continent("Belgium")
        reader.sees("Parcels to Belgium are suspended.")
        reader.follows("take the printed books out of the basket")
        reader.presses("Remove What Next?")
        reader.follows("Go to checkout")
        reader.presses("Continue")
        reader.presses("Pay $9.99")
        reader.pays()

    reader.sees(PAID)
    expect(main(reader)).not_to_contain_text("What Next?")


@with_and_without_javascript
def test_a_notice_that_starts_before_paying_is_read_before_paying(reader, shop):
    reader.adds("my-life")
    reader.goes_to_checkout()
    reader.gives_address_on_the_continent("Finland")
    reader.chooses_shipping()
    with shop.notice("acknowledge", "FI", WAITING):
        reader.presses(PAY)

        reader.sees_title("Is everything right?")
        reader.sees(WAITING)
        reader.sees("Nothing was charged. Please look at your order again.")
        assert shop.orders_of(reader.email) == []
        reader.page.get_by_label(f"I have read: {WAITING}").check()
        reader.presses(PAY)
        reader.pays()

    reader.sees(PAID)
    reader.sees("that you had read this.")


@with_and_without_javascript
def test_a_country_that_is_suspended_before_paying_takes_no_money(reader, shop):
    reader.adds("my-life")
    reader.goes_to_checkout()
    reader.gives_address_on_the_continent("Poland")
    reader.chooses_shipping()
    with shop.notice("suspended", "PL", WAITING):
        reader.presses(PAY)

        reader.sees_title("The parcel cannot go there")
        reader.sees("Parcels to Poland are suspended.")
        reader.sees(WAITING)
        reader.sees("Nothing was charged.")
        assert shop.orders_of(reader.email) == []
        assert shop.attempts_of(reader.email) == []

    # It is over: the same basket goes.
    reader.opens("/checkout/shipping/")
    reader.chooses_shipping()
    reader.presses(PAY)
    reader.pays()
    reader.sees(PAID)


@in_two_looks
def test_no_page_about_a_notice_breaks_a_rule(auditor, shop):  # noqa: F811
    auditor.adds("my-life")
    auditor.goes_to_checkout()
    with shop.notice("suspended", "AT", WAITING):
        auditor.gives_address_on_the_continent("Austria")
    with shop.notice("acknowledge", "AT", WAITING), shop.notice("delay", "AT", "It is late."):
        auditor.opens("/checkout/shipping/")
        auditor.chooses_shipping()
        auditor.presses(PAY)  # without the tick
        auditor.page.get_by_label(f"I have read: {WAITING}").check()
        auditor.presses(PAY)
        auditor.pays()
