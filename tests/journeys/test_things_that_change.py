"""What is different when the reader presses Pay is named, and nothing is charged."""

import re

from playwright.sync_api import expect

from tests.journeys.test_buying import PAID

TEN_DAYS_IN_HARDCOVER = "9799830000724"
WALLS_AND_BARS_IN_PAPERBACK = "9799830005811"


def test_the_last_copy_goes_to_whoever_pays_first(new_reader, shop):
    shop.leave_copies(TEN_DAYS_IN_HARDCOVER, 1)
    quick, slow = new_reader(), new_reader()
    for reader in [quick, slow]:
        reader.adds("ten-days-that-shook-the-world", edition="hardcover")
        reader.comes_to_review()

    quick.presses(re.compile("^Pay "))
    slow.presses(re.compile("^Pay "))

    slow.sees_title("Basket")
    slow.sees("Ten Days that Shook the World cannot be ordered: out of stock.")
    slow.sees("Nothing was charged.")
    assert shop.orders_of(slow.email) == []
    quick.pays()
    quick.sees(PAID)


def test_a_price_that_changed_before_paying_is_named(reader, shop):
    shop.set_price(WALLS_AND_BARS_IN_PAPERBACK, "16.95")
    reader.adds("walls-and-bars")
    reader.comes_to_review()
    shop.set_price(WALLS_AND_BARS_IN_PAPERBACK, "18.45")

    reader.presses("Pay $21.70")

    reader.sees("Walls and Bars now costs $18.45 (it was $16.95).")
    reader.sees("Nothing was charged. Please look at your order again.")
    assert shop.orders_of(reader.email) == []
    reader.presses("Pay $23.20")
    reader.pays()
    reader.sees(PAID)


def test_a_book_added_in_another_tab_is_named_before_paying(reader, shop):
    reader.adds("my-life")
    reader.comes_to_review()
    at_review = reader.page
    reader.page = reader.context.new_page()
    reader.adds("what-next")

    reader.page = at_review
    reader.presses(re.compile("^Pay "))

    reader.sees("What Next? was added to your basket.")
    assert shop.orders_of(reader.email) == []
    reader.presses(re.compile("^Pay "))
    reader.pays()
    reader.sees(PAID)
    assert shop.orders_of(reader.email) == ["Paid"]


def test_a_line_removed_in_another_tab_is_not_changed(reader):
    reader.adds("my-life")
    stale = reader.page
    reader.page = reader.context.new_page()
    reader.opens("/basket/")
    reader.presses("Remove My Life")

    reader.page = stale
    reader.page.get_by_label("Quantity of My Life").fill("3")
    reader.presses("Update")

    reader.sees("That book is no longer in your basket.")
    reader.sees("Your basket is empty.")


def test_a_price_that_changed_while_in_the_basket_is_named_there(reader, shop):
    isbn = "9799830004913"
    was = shop.set_price(isbn, "14.95")
    reader.adds("the-class-struggle")
    shop.set_price(isbn, "12.95")

    reader.opens("/basket/")

    reader.sees("The price was $14.95 when you put it in. It is now $12.95.")
    expect(reader.page.get_by_role("complementary", name="Total")).to_contain_text("$12.95")
    shop.set_price(isbn, was)
