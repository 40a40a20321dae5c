"""From an author's page to the mail about a new book, and no further mail."""

import re

import pytest

from tests.journeys.conftest import with_and_without_javascript
from tests.journeys.reader import DESKTOP, PHONE

LOOKS = [(DESKTOP, "light"), (PHONE, "dark")]


def link_in(mail, shop, rest):
    """Return the address in a mail that begins as all of this kind do."""
    text = mail.get_body(("plain",)).get_content()
    return re.search(rf"{re.escape(shop.url)}/newsletter/following/{rest}", text)[0]


def unfolds(reader):
    reader.page.get_by_text("Tell me about new books by").click()
    return reader.page.get_by_role("main").get_by_label("E-mail address")


@pytest.mark.parametrize(("width", "scheme"), LOOKS, ids=["desktop, light", "phone, dark"])
@with_and_without_javascript
def test_a_reader_follows_an_author_hears_of_a_book_and_stops(
    new_reader, shop, javascript, width, scheme
):
    reader = new_reader(javascript=javascript, width=width, scheme=scheme, audits=javascript)
    with shop.hidden("art-and-social-life"):
        reader.opens("/authors/georgi-plekhanov/")
        unfolds(reader).fill(reader.email)
        reader.looks()
        reader.presses("Tell me", exact=True)
        reader.sees_title("Check your inbox")

        question = shop.mail_to(reader.email, about="Shall we tell you about new books by")
        reader.opens(link_in(question, shop, r"\S+/confirm/"))
        reader.sees_title("One more click")
        reader.presses("Yes, tell me about new books")
        reader.sees_title("Authors you follow")

    for _ in range(2):
        shop.runs("tell_followers")
    news = shop.mail_to(reader.email, about="New from")
    assert news["Subject"] == "New from Georgi Plekhanov: Art and Social Life"
    assert news["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    reader.opens(link_in(news, shop, r"\S+"))
    reader.presses(re.compile("^Stop"))
    reader.sees("You follow nobody")
    assert len(shop.mails_to(reader.email)) == 2
