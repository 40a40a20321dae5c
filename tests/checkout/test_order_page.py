"""The order's own page, and coming back from Stripe."""

from uuid import uuid4

import pytest
from django.test import Client

from checkout import gateway, payments, refunds
from checkout.models import PaymentAttempt
from checkout.orders import order_url
from tests.books import make_edition, stock_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def paperback():
    return make_edition(title="My Life", copies=2)


@pytest.fixture
def order(place, paperback):
    return place((paperback, 2))


def path(order):
    return order_url(order).removeprefix("http://testserver")


@pytest.fixture
def buyer(client, order):
    """The browser in which the order was placed."""
    session = client.session
    session["placed_orders"] = [order.number]
    session.save()
    return client


def test_an_order_opens_by_its_link_alone(client, order):
    page = client.get(path(order))

    for part in [order.number, "My Life", "2 copies", "$54.40", "1 Library Lane", "By post"]:
        assert part in page.text
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in page.headers["Cache-Control"]


def test_a_wrong_link_opens_nothing(client, order, place, paperback):
    other = place(make_edition(title="1905"))
    swapped = path(order).replace(order.number, other.number)

    for link in [swapped, path(order)[:-3] + "/", f"/orders/{order.number}/x/"]:
        assert client.get(link).status_code == 404


@pytest.mark.parametrize(
    ("status", "attempt", "told"),
    [
        ("Pending payment", None, "Not paid yet"),
        ("Pending payment", "open", "Not paid yet"),
        ("Pending payment", "failed", "Not paid yet"),
        ("Pending payment", "processing", "Waiting for the bank"),
        ("Pending payment", "review", "We are checking your payment"),
        ("Paid", "paid", "Thank you, your order is paid"),
        ("In progress", "paid", "Your order is being packed"),
        ("Dispatched", "paid", "Your order is on its way"),
        ("Cancelled", "expired", "This order was cancelled"),
    ],
)
def test_the_page_tells_how_the_order_stands(client, order, bring, now, status, attempt, told):
    bring(order, status)
    if attempt:
        PaymentAttempt.objects.create(
            order=order,
            number=1,
            state=attempt,
            amount=5440,
            currency="USD",
            livemode=False,
            created_at=now,
            changed_at=now,
            expires_at=now,
        )

    page = client.get(path(order)).text

    assert told in page
    assert ("Pay $54.40" in page) == (told == "Not paid yet")


def test_coming_back_paid_shows_the_order_paid(buyer, order, begin, pay, state):
    attempt = begin(order)
    pay(attempt)
    attempt.refresh_from_db()

    page = buyer.get("/checkout/return/", {"session": attempt.session_id}, follow=True)

    assert "Thank you, your order is paid" in page.text
    assert state(order).status == "Paid"


def test_coming_back_while_stripe_is_down_is_no_error(buyer, order, begin, stripe, settings):
    attempt = begin(order)
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"

    page = buyer.get("/checkout/return/", {"session": attempt.session_id}, follow=True)

    assert page.status_code == 200
    assert order.number in page.text


@pytest.mark.parametrize("session", ["", "cs_test_unknown", "\x00", "' OR 1=1 --"])
def test_an_unknown_session_shows_nothing(buyer, session):
    assert buyer.get("/checkout/return/", {"session": session}).status_code == 404


def test_a_stranger_with_the_session_sees_and_changes_nothing(order, begin, pay, state):
    attempt = begin(order)
    pay(attempt)
    attempt.refresh_from_db()

    page = Client().get("/checkout/return/", {"session": attempt.session_id})

    assert page.status_code == 404
    assert order.number not in page.text
    assert state(order).status == "Pending payment"


def test_cancelling_at_stripe_leads_back_to_the_order(buyer, order, begin):
    begin(order)

    page = buyer.get(f"/checkout/cancelled/{order.number}/", follow=True)

    assert "Not paid yet" in page.text
    assert Client().get(f"/checkout/cancelled/{order.number}/").status_code == 404
    assert buyer.get("/checkout/cancelled/%00/").status_code == 404


def test_paying_again_goes_to_the_page_that_is_open(client, order, begin):
    attempt = begin(order)

    answer = client.post(f"{path(order)}pay/")

    assert (answer.status_code, answer.url) == (303, attempt.page_url)


def test_a_paid_order_cannot_be_paid_again(client, order, begin, pay, deliver, events):
    pay(begin(order))
    for event in events("checkout.session.completed"):
        deliver(event)

    answer = client.post(f"{path(order)}pay/")

    assert answer.url == order_url(order)


def test_an_unpaid_order_can_be_taken_back_into_the_basket(
    client, order, begin, state, paperback, stripe
):
    attempt = begin(order)

    page = client.post(f"{path(order)}change/", follow=True)

    assert "was cancelled, nothing was charged" in page.text
    assert "My Life" in page.text
    assert "$49.90" in page.text
    assert state(order).status == "Cancelled"
    assert state(order).attempts == ["expired"]
    assert stock_of(paperback).num_allocated == 0
    attempt.refresh_from_db()
    assert gateway.read_session(attempt.session_id).status == "expired"


def test_books_are_put_back_once_however_often_it_is_asked(client, order, begin):
    begin(order)
    client.post(f"{path(order)}change/")

    page = client.post(f"{path(order)}change/", follow=True)

    assert "This order cannot be changed any more: it is cancelled." in page.text
    assert client.get("/basket/").context["basket"].lines[0].quantity == 2


def test_an_order_that_never_reached_stripe_can_be_taken_back(client, order, state):
    client.post(f"{path(order)}change/")

    assert state(order).status == "Cancelled"


def test_a_paid_order_is_not_taken_back(client, order, begin, pay, state):
    pay(begin(order))

    page = client.post(f"{path(order)}change/", follow=True)

    assert "This order cannot be changed any more: it is being paid." in page.text
    assert state(order).status == "Paid"


def test_an_order_is_not_taken_back_when_stripe_cannot_be_asked(
    client, order, begin, state, settings
):
    begin(order)
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"

    client.post(f"{path(order)}change/")

    assert state(order).status == "Pending payment"


@pytest.mark.parametrize("lines", [1, 20])
def test_the_page_costs_the_same_however_long_the_order(
    client, place, django_assert_max_num_queries, lines
):
    order = place(*[make_edition(title=f"Book {n}") for n in range(lines)])

    with django_assert_max_num_queries(16):
        page = client.get(path(order)).text

    assert page.count("line__title") == lines


def test_who_pays_by_the_link_on_another_device_comes_back_to_the_order(
    client, order, stripe, pay
):
    client.post(f"{path(order)}pay/")
    attempt = order.payment_attempts.get()
    pay(attempt)

    page = client.get("/checkout/return/", {"session": attempt.session_id}, follow=True)

    assert "Thank you, your order is paid" in page.text


def test_the_books_of_a_cancelled_order_can_be_ordered_again(client, order, paperback, give_up):
    give_up(order)
    assert "Put these books into the basket" in client.get(path(order)).text

    page = client.post(path(order) + "again/", follow=True)

    assert f"What we have of order {order.number} is in your basket" in page.text
    assert [line.quantity for line in page.context["basket"].lines] == [2]


def test_what_is_sold_out_since_is_named_when_it_is_ordered_again(
    client, order, place, paperback, give_up
):
    give_up(order)
    place((paperback, 2))

    page = client.post(path(order) + "again/", follow=True)

    assert "is in your basket" not in page.text
    assert not page.context["basket"].lines


def test_an_order_that_stands_is_not_ordered_again(client, order):
    assert "Put these books" not in client.get(path(order)).text

    client.post(path(order) + "again/")

    assert "My Life" not in client.get("/basket/").text


@pytest.mark.parametrize(
    ("reason", "copies", "told"),
    [
        ("staff", 1, "1 of 2 refunded: not sent any more."),
        ("sold_out", 2, "Refunded: not sent any more."),
        ("damaged", 1, "1 of 2 refunded."),
    ],
)
def test_refunded_copies_are_named_with_their_line(
    client, order, begin, pay, now, reason, copies, told
):
    attempt = begin(order)
    pay(attempt)
    payments.sync(attempt=attempt, now=now)
    refunds.ask(
        order=order,
        amount=100,
        reason=reason,
        copies={order.lines.get().pk: copies},
        form_key=uuid4(),
        now=now,
    )

    assert f"<strong>{told}</strong>" in client.get(path(order)).text


def test_two_clicks_put_the_books_into_the_basket_once(client, order, paperback, give_up):
    give_up(order)
    paperback.stockrecords.update(num_in_stock=9)
    client.post(path(order) + "again/")
    page = client.post(path(order) + "again/", follow=True)

    assert [line.quantity for line in page.context["basket"].lines] == [2]
