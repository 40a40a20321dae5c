"""A parcel is paid, and then held back: readers choose by a link, or staff decide."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import with_and_without_javascript
from tests.journeys.reader import PHONE
from tests.journeys.shop import wait_until
from tests.journeys.test_accessibility import in_two_looks
from tests.journeys.test_buying import PAID

STRIKE = "The post is on strike."
HELD = "is held back"


@pytest.fixture
def scheme():
    """Which colours the reader's system asks for."""
    return "light"


@pytest.fixture
def buyer(new_reader, javascript, width):
    """Bring in a reader who has paid for a book to be sent to a country."""

    def buyer(country, *, audits=False, **look):
        reader = new_reader(javascript=javascript, width=width, audits=audits, **look)
        reader.adds("my-life")
        reader.goes_to_checkout()
        reader.gives_address_on_the_continent(country)
        reader.chooses_shipping()
        reader.presses(re.compile("^Pay "))
        reader.pays()
        reader.sees(PAID)
        return reader

    return buyer


@pytest.fixture
def staff(new_reader, javascript):
    """Somebody of staff, signed in to the admin."""
    staff = new_reader(javascript=javascript)
    staff.signs_in_as_staff()
    return staff


def number_of(reader):
    return reader.page.get_by_role("heading", level=1).inner_text().removeprefix("Order ")


def act(staff, notice, words, *, orders=()):
    """Do something for some of the parcels that a notice holds back, or for all."""
    staff.opens(f"/admin/order/order/held/{notice}/")
    for number in orders:
        staff.page.get_by_label(f"Order {number}").check()
    if not orders:
        for box in staff.page.get_by_role("checkbox").all():
            box.check()
    staff.page.get_by_label(words).check()
    staff.presses("Check first")
    staff.sees("Nothing has happened yet.")
    staff.presses(words)


def follow_the_mail(reader, shop):
    """Open the link of the mail about the held parcel."""
    text = shop.mail_to(reader.email, about=HELD).get_body(("plain",)).get_content()
    assert STRIKE in text
    reader.opens(re.search(rf"{re.escape(shop.url)}/orders/\S+/parcel/", text)[0])
    reader.sees_title("Your parcel is held back")
    reader.sees(STRIKE)


def choose(reader, words):
    reader.page.get_by_role("radio", name=words).check()
    reader.presses("Confirm this choice")


@with_and_without_javascript
def test_a_reader_waits_and_later_takes_the_e_book(buyer, staff, shop):
    reader = buyer("Luxembourg")
    with shop.notice("suspended", "LU", STRIKE) as notice:
        act(staff, notice, "Write to the readers")
        follow_the_mail(reader, shop)

        choose(reader, "Wait until parcels go again")
        reader.sees("You wait until parcels go again.")
        assert shop.orders_of(reader.email) == ["Paid"]
        reader.follows("Choose otherwise")
        choose(reader, "Take the e-books instead")

    reader.sees("You get the e-books instead, and the difference goes back to you.")
    expect(reader.page.get_by_role("main")).to_contain_text("E-book (EPUB)")
    assert shop.orders_of(reader.email) == ["Paid"]
    assert shop.mail_to(reader.email, about="goes back to you")


@with_and_without_javascript
@pytest.mark.parametrize("width", [PHONE], ids=["phone"])
def test_a_reader_has_the_money_back(buyer, staff, shop):
    reader = buyer("Czechia")
    with shop.notice("suspended", "CZ", STRIKE) as notice:
        act(staff, notice, "Write to the readers", orders=[number_of(reader)])
        follow_the_mail(reader, shop)
        link = reader.page.url

        choose(reader, "Have the money back")
        reader.sees("These books are not sent, and your money goes back to you.")
        wait_until(lambda: shop.orders_of(reader.email) == ["Refunded"])
        reader.opens(link)
        reader.sees_title("You have chosen")

    assert shop.mail_to(reader.email, about="goes back to you")


def test_staff_cannot_dispatch_and_decide_for_one_and_then_for_all(buyer, staff, shop):
    first, second = buyer("Greece"), buyer("Greece")
    number = number_of(first)
    staff.opens("/admin/order/order/")
    staff.follows(number)
    staff.follows("Dispatch")
    with shop.notice("suspended", "GR", STRIKE) as notice:
        staff.presses("Record the parcel as sent")
        staff.sees(f"Parcels to Greece are suspended: {STRIKE}")
        assert shop.orders_of(first.email) == ["Paid"]

        staff.follows("Decide what becomes of it")
        staff.presses("Check first")
        staff.sees("Tick at least one order and choose what to do.")
        act(staff, notice, "Send the e-books instead", orders=[number])
        staff.sees(f"Order {number}: held parcel: e-books instead, difference refunded.")
        act(staff, notice, "Refund what was not sent")
        staff.sees("No paid order waits to be sent there.")

    assert shop.orders_of(first.email) == ["Paid"]
    assert shop.orders_of(second.email) == ["Refunded"]
    first.page.reload()
    expect(first.page.get_by_role("main")).to_contain_text("E-book (EPUB)")


def test_when_parcels_go_again_nothing_is_asked_any_more(buyer, staff, shop):
    reader = buyer("Luxembourg")
    with shop.notice("suspended", "LU", STRIKE) as notice:
        act(staff, notice, "Write to the readers", orders=[number_of(reader)])
        follow_the_mail(reader, shop)
        shop.end_notice(notice)
        choose(reader, "Have the money back")

        reader.sees("Parcels go there again, so this one will be sent.")
        follow = reader.page.url + "parcel/"
        reader.opens(follow)
        reader.sees_title("Your parcel is no longer held back")
        staff.opens(f"/admin/order/order/held/{notice}/")
        staff.sees("It holds no parcel back now: it is not in force.")

    assert shop.orders_of(reader.email) == ["Paid"]


@in_two_looks
def test_no_page_about_a_held_parcel_breaks_a_rule(buyer, staff, shop, scheme):
    reader = buyer("Greece", audits=True, scheme=scheme)
    with shop.notice("suspended", "GR", STRIKE) as notice:
        act(staff, notice, "Write to the readers", orders=[number_of(reader)])
        follow_the_mail(reader, shop)
        reader.page.get_by_role("radio", name="Wait").evaluate(
            "e => { e.form.noValidate = true; }"
        )
        reader.presses("Confirm this choice")  # without a choice
        reader.sees("Please choose one.")
        choose(reader, "Wait until parcels go again")
