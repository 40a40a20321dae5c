"""The review page, and placing the order from it."""

import pytest
from django.test import Client
from oscar.core.loading import get_model

from catalog.pricing.models import StockRecord
from shipping.models import Band
from tests.books import make_edition
from tests.checkout.reader import Reader

pytestmark = pytest.mark.django_db

Order = get_model("order", "Order")


@pytest.fixture
def paperback():
    return make_edition(title="My Life", copies=2, weight_g=680)


@pytest.fixture
def epub(paperback):
    return make_edition(paperback.parent, type="epub", price="9.99")


def test_the_review_shows_all_that_will_be_ordered(reader, paperback, epub):
    page = reader.take(paperback, epub).review().text

    for part in ["ada@example.org", "1 Library Lane", "EC1Y 8SY", "My Life, Paperback"]:
        assert part in page
    total = reader.client.get("/checkout/review/").context["progress"].shown.total
    assert f"Pay ${total}" in page


def test_ebooks_alone_ask_for_no_address(reader, epub):
    answer = reader.take(epub).give_email()

    assert answer.url == "/checkout/review/"
    assert "Pay $9.99" in reader.client.get(answer.url).text
    assert reader.client.get("/checkout/address/").url == "/checkout/review/"


def test_paying_places_the_order_and_goes_to_stripe(reader, paperback, stripe):
    answer = reader.pay(reader.take(paperback).review())

    order = Order.objects.get()
    assert answer.status_code == 303
    assert answer.url == order.payment_attempts.get().page_url
    assert (order.status, order.guest_email) == ("Pending payment", "ada@example.org")
    assert order.shipping_address.postcode == "EC1Y 8SY"


def test_a_second_click_goes_to_the_same_page(reader, paperback, stripe):
    page = reader.take(paperback).review()

    first, second = reader.pay(page), reader.pay(page)

    assert first.url == second.url
    assert Order.objects.count() == 1


def test_the_second_of_two_clicks_at_once_goes_there_too(reader, paperback, stripe):
    page = reader.take(paperback).review()
    before = dict(reader.client.session)
    first = reader.pay(page)
    session = reader.client.session
    session.clear()
    session.update(before)
    session.save()

    assert reader.pay(page).url == first.url
    assert Order.objects.count() == 1


def test_what_a_stranger_copies_leads_nowhere(reader, paperback, stripe):
    page = reader.take(paperback).review()
    reader.pay(page)

    answer = Reader(Client()).pay(page)

    assert answer.url == "/basket/"
    assert Order.objects.count() == 1


def test_a_price_that_changed_since_the_review_is_named(reader, paperback, stripe):
    page = reader.take(paperback).review()
    StockRecord.objects.update(price="26.95")

    answer = reader.pay(page)

    assert answer.url == "/checkout/review/"
    shown = reader.client.get(answer.url).text
    assert "My Life now costs $26.95 (it was $24.95)." in shown
    assert "Nothing was charged." in shown
    assert Order.objects.count() == 0


def test_a_book_sold_since_the_review_is_named(reader, paperback, stripe):
    page = reader.take(paperback).review()
    StockRecord.objects.update(num_in_stock=0)

    answer = reader.pay(page)

    assert answer.url == "/basket/"
    assert "My Life cannot be ordered: out of stock." in reader.client.get(answer.url).text
    assert Order.objects.count() == 0


@pytest.mark.parametrize("shown", ["", "forged", "e30:forged:x"])
def test_a_forged_review_places_nothing(reader, paperback, stripe, shown):
    reader.take(paperback).review()

    answer = reader.client.post("/checkout/review/", {"shown": shown})

    assert answer.url == "/checkout/review/"
    assert Order.objects.count() == 0


def test_stripe_being_down_keeps_the_order_and_says_so(reader, paperback):
    answer = reader.pay(reader.take(paperback).review())

    page = reader.client.get(answer.url).text
    assert "The payment page cannot be reached just now." in page
    assert "Not paid yet" in page
    assert "Pay $" in page


def test_an_address_that_changed_in_another_window_is_named(reader, paperback, stripe):
    page = reader.take(paperback).review()
    reader.give_address(line1="2 Other Street")
    reader.choose()

    answer = reader.pay(page)

    assert answer.url == "/checkout/review/"
    shown = reader.client.get(answer.url).text
    assert "The address was changed in another window." in shown
    assert Order.objects.count() == 0


def test_an_email_address_that_changed_in_another_window_is_named(reader, epub, stripe):
    reader.take(epub).give_email()
    page = reader.client.get("/checkout/review/")
    reader.give_email("other@example.org")

    reader.pay(page)

    assert Order.objects.count() == 0


def test_an_order_without_an_email_address_is_not_placed(reader, epub, stripe):
    reader.take(epub).give_email()
    page = reader.client.get("/checkout/review/")
    del reader.client.cookies["sessionid"]

    answer = reader.pay(page)

    assert answer.url == "/checkout/"
    assert Order.objects.count() == 0


@pytest.mark.parametrize(
    ("price", "told"),
    [("0.30", "An order has to come to at least $0.50."), ("9999999.99", "please write to")],
)
def test_a_total_that_no_card_pays_is_refused_before_the_order(
    reader, epub, stripe, price, told
):
    StockRecord.objects.filter(product=epub).update(price=price)
    reader.take(epub).give_email()

    answer = reader.pay(reader.client.get("/checkout/review/"))

    assert told in reader.client.get(answer.url).text
    assert Order.objects.count() == 0


def test_a_country_that_was_closed_meanwhile_is_named(reader, paperback, stripe):
    page = reader.take(paperback).review()
    Band.objects.all().delete()

    answer = reader.pay(page)

    assert answer.url == "/checkout/shipping/"
    assert "cannot go this way any more" in reader.client.get(answer.url).text


def test_a_browser_that_never_got_the_answer_goes_on_to_pay(reader, paperback, stripe):
    """The shop died after the order was placed; session and cookie know nothing of it."""
    page = reader.take(paperback).review()
    cookies = {name: morsel.value for name, morsel in reader.client.cookies.items()}
    session = dict(reader.client.session)
    reader.pay(page)
    forget(reader.client, cookies, session)

    reader.client.get("/books/")
    answer = reader.pay(page)

    assert answer.url.startswith(stripe.base_url)
    assert Order.objects.count() == 1


def test_a_browser_that_never_got_the_answer_finds_the_order_in_the_basket(
    reader, paperback, stripe
):
    page = reader.take(paperback).review()
    cookies = {name: morsel.value for name, morsel in reader.client.cookies.items()}
    session = dict(reader.client.session)
    reader.pay(page)
    forget(reader.client, cookies, session)

    reader.client.get("/books/")
    basket = reader.client.get("/basket/").text

    assert Order.objects.get().number in basket
    assert "waits for its payment" in basket


def forget(client, cookies, session):
    """Put the browser and the session back to where they were."""
    for name, value in cookies.items():
        client.cookies[name] = value
    store = client.session
    store.clear()
    store.update(session)
    store.save()
