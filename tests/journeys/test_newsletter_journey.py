"""From the footer to the list and off it again."""

import re

from tests.journeys.conftest import on_desktop_and_phone, with_and_without_javascript


@with_and_without_javascript
@on_desktop_and_phone
def test_a_reader_signs_up_in_the_footer_and_confirms_through_the_mail(
    reader, new_reader, shop
):
    reader.opens("/books/my-life/")
    footer = reader.page.get_by_role("contentinfo")
    footer.get_by_label("Exclusive events").uncheck()
    footer.get_by_label("E-mail address").fill(reader.email)
    reader.presses("Sign up")
    reader.sees_title("Check your inbox")

    mail = shop.mail_to(reader.email, about="Confirm your subscription")
    text = mail.get_body(("plain",)).get_content()
    link = re.search(rf"{re.escape(shop.url)}/newsletter/confirm/\S+", text)[0]
    assert f'href="{link}"' in mail.get_body(("html",)).get_content()
    at_home = new_reader()
    at_home.opens(link)
    at_home.sees_title("One more click")
    at_home.presses("Yes, send me these emails")

    at_home.sees_title("You are subscribed")
    at_home.sees("New publications, Special offers.")
    at_home.follows("Choose other topics or unsubscribe")
    at_home.follows("Unsubscribe", exact=True)
    at_home.presses("Unsubscribe", exact=True)
    at_home.sees_title("You are unsubscribed")
