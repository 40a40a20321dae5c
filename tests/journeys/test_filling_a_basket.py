"""Quantities, changes of mind, several books at once."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import with_and_without_javascript

NONSENSE = ["0", "-1", "1000000000", "two", "1.5", ""]
SEND_AS_TYPED = """(field, text) => {
  field.form.noValidate = true;
  field.type = "text";
  field.value = text;
}"""


@pytest.mark.parametrize("quantity", NONSENSE)
def test_a_quantity_that_makes_no_sense_is_refused_on_the_book_page(reader, quantity):
    reader.opens("/books/my-life/")
    reader.page.get_by_label("Quantity").evaluate(SEND_AS_TYPED, quantity)

    reader.presses("Add to basket", exact=True)

    reader.sees_title("My Life")
    reader.sees("Please give a quantity from 1 to 500. Your basket is unchanged.")
    reader.opens("/basket/")
    reader.sees("Your basket is empty.")


@pytest.mark.parametrize("quantity", NONSENSE)
def test_a_quantity_that_makes_no_sense_is_refused_in_the_basket(reader, quantity):
    reader.adds("my-life", copies=2)
    reader.page.get_by_label("Quantity of My Life").evaluate(SEND_AS_TYPED, quantity)

    reader.presses("Update")

    reader.sees("Please give a quantity from 1 to 500. Your basket is unchanged.")
    expect(reader.page.get_by_label("Quantity of My Life")).to_have_value("2")


def test_more_copies_than_there_are_is_refused_with_the_number(reader):
    reader.adds("history-of-the-russian-revolution", edition="hardcover", copies=400)

    reader.sees("only 4 left")
    reader.opens("/basket/")
    reader.sees("Your basket is empty.")


@with_and_without_javascript
def test_a_book_taken_out_can_be_put_back(reader):
    reader.adds("my-life", copies=2)

    reader.presses("Remove My Life")
    reader.sees("My Life (Paperback) was taken out.")
    reader.sees("Your basket is empty.")
    reader.presses("Put it back")

    expect(reader.page.get_by_label("Quantity of My Life")).to_have_value("2")
    expect(reader.page.get_by_role("link", name="Basket, 2 books")).to_be_visible()


def test_a_forged_basket_cookie_opens_a_basket_of_ones_own(reader, new_reader, shop):
    victim = new_reader()
    victim.adds("my-life")
    [cookie] = [one for one in victim.context.cookies() if one["name"] == "basket"]
    number = cookie["value"].strip('"').partition(":")[0]
    reader.context.add_cookies(
        [{"name": "basket", "value": f"{number}:forged", "url": shop.url}]
    )

    reader.opens("/basket/")
    reader.sees("Your basket is empty.")
    reader.adds("what-next")

    expect(reader.page.get_by_role("link", name="Basket, 1 book")).to_be_visible()
    victim.opens("/basket/")
    expect(victim.page.get_by_role("link", name="Basket, 1 book")).to_be_visible()


def test_unticking_a_book_bought_together_changes_the_total(reader):
    reader.opens("/books/my-life/")
    together = reader.page.get_by_role("region", name="Frequently Bought Together")
    boxes = together.get_by_role("checkbox")
    expect(together).to_contain_text("Total of 4 books")
    expect(together).to_contain_text("$103.80")

    together.get_by_label("In Defense of Marxism").uncheck()
    expect(together).to_contain_text("Total of 3 books")
    expect(together.get_by_role("status")).to_have_text("$84.85")
    for box in boxes.all():
        box.uncheck()
    expect(together).to_contain_text("Total of 0 books")
    expect(together.get_by_role("button")).to_be_disabled()
    boxes.nth(0).check()
    boxes.nth(1).check()
    expect(together).to_contain_text("Total of 2 books")
    reader.presses("Add selected to basket")

    reader.sees("2 books were put in your basket.")
    expect(reader.page.get_by_role("complementary", name="Total")).to_contain_text("$44.90")


@pytest.mark.parametrize("javascript", [False], ids=["javascript off"])
def test_books_bought_together_are_added_without_javascript(reader):
    reader.opens("/books/my-life/")
    together = reader.page.get_by_role("region", name="Frequently Bought Together")
    together.get_by_label("In Defense of Marxism").uncheck()
    expect(together).to_contain_text("Total of 4 books")

    reader.presses("Add selected to basket")

    reader.sees("3 books were put in your basket.")
    expect(reader.page.get_by_role("complementary", name="Total")).to_contain_text("$84.85")


@pytest.mark.parametrize("javascript", [False], ids=["javascript off"])
def test_nothing_ticked_is_said_and_adds_nothing(reader):
    reader.opens("/books/my-life/")
    together = reader.page.get_by_role("region", name="Frequently Bought Together")
    for box in together.get_by_role("checkbox").all():
        box.uncheck()

    reader.presses("Add selected to basket")

    reader.sees("Tick at least one book to add it.")
    reader.sees("Your basket is empty.")
