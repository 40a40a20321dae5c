"""No page breaks a rule of WCAG 2.2 AA that a machine can check (axe)."""

import re

import pytest

from tests.journeys.reader import DECLINED_CARD, DESKTOP, PHONE

LOOKS = [(DESKTOP, "light"), (PHONE, "dark")]
in_two_looks = pytest.mark.parametrize(
    ("width", "scheme"), LOOKS, ids=[f"{scheme}, {width} px" for width, scheme in LOOKS]
)


@pytest.fixture
def scheme():
    """Which colours the reader's system asks for."""
    return "light"


@pytest.fixture
def auditor(new_reader, width, scheme):
    """A reader who runs axe on each page they come to."""
    return new_reader(width=width, scheme=scheme, audits=True)


@pytest.mark.parametrize(
    "path", ["/", "/books/", "/books/my-life/", "/search/?q=xyzzyq", "/shipping/?country=BR"]
)
def test_public_pages_break_no_rule_in_the_dark(new_reader, path):
    new_reader(scheme="dark", audits=True).opens(path)


@in_two_looks
def test_no_step_from_the_book_to_the_paid_order_breaks_a_rule(auditor):
    auditor.adds("my-life", edition="epub")
    auditor.adds("my-life")
    auditor.follows("Go to checkout")
    auditor.presses("Continue")  # without an address
    auditor.page.get_by_label("E-mail address").fill(auditor.email)
    auditor.presses("Continue")
    auditor.presses("Continue to shipping")  # without anything
    auditor.gives_address()
    auditor.presses("Continue to review")  # without a choice
    auditor.chooses_shipping()
    auditor.presses(re.compile("^Pay "))
    auditor.pays(DECLINED_CARD)
    auditor.follows("Back to the shop")
    auditor.presses(re.compile("^Pay "))
    auditor.pays()


def test_no_message_of_the_basket_breaks_a_rule(auditor):
    auditor.adds("what-next", copies=36)  # one more than there are
    auditor.adds("what-next")
    auditor.presses("Update")
    auditor.presses("Remove What Next?")
    auditor.presses("Put it back")


def test_an_order_in_several_parcels_breaks_no_rule(auditor):
    auditor.adds("my-life", copies=30)
    auditor.goes_to_checkout()
    auditor.gives_address()


def test_no_page_of_the_account_breaks_a_rule(auditor):
    auditor.opens("/account/login/")
    auditor.presses("Sign in")
    auditor.page.get_by_label("E-mail address").first.fill(auditor.email)
    auditor.fills(Password="wrong")
    auditor.presses("Sign in")
    auditor.opens("/account/register/")
    auditor.presses("Open the account")
    auditor.page.get_by_label("E-mail address").first.fill(auditor.email)
    auditor.fills(Password="a long sentence about ships")
    auditor.presses("Open the account")
    auditor.adds("my-life", edition="epub")
    auditor.opens("/checkout/")
    auditor.presses(re.compile("^Pay "))
    auditor.opens("/account/")


def test_no_page_of_the_newsletter_breaks_a_rule(auditor, shop):
    auditor.opens("/newsletter/")
    main = auditor.page.get_by_role("main")
    main.get_by_label("E-mail address").evaluate("field => { field.form.noValidate = true; }")
    for box in main.get_by_role("checkbox").all():
        box.uncheck()
    main.get_by_label("E-mail address").fill("no address")
    auditor.presses("Sign up")
    for box in main.get_by_role("checkbox").all():
        box.check()
    main.get_by_label("E-mail address").fill(auditor.email)
    auditor.presses("Sign up")
    mail = shop.mail_to(auditor.email, about="Confirm your subscription")
    text = mail.get_body(("plain",)).get_content()
    auditor.opens(re.search(rf"{re.escape(shop.url)}/newsletter/confirm/\S+", text)[0])
    auditor.presses("Yes, send me these emails")
    auditor.follows("Choose other topics or unsubscribe")
    auditor.presses("Save my topics")
    for box in main.get_by_role("checkbox").all():
        box.uncheck()
    auditor.presses("Save my topics")
    auditor.follows("Unsubscribe", exact=True)
    auditor.presses("Unsubscribe", exact=True)
