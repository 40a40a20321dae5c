"""Orders in the admin."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission

from checkout import payments
from checkout.models import PaymentAttempt
from tests.books import make_edition

pytestmark = pytest.mark.django_db

LIST = "/admin/order/order/"


@pytest.fixture
def order(place):
    return place(make_edition(title="My Life", price="24.95", copies=9))


@pytest.fixture
def staff(client):
    user = get_user_model().objects.create_superuser(email="staff@example.com", password="x")
    client.force_login(user)
    return client


@pytest.fixture
def attempt(order, begin, pay):
    attempt = begin(order)
    pay(attempt)
    return attempt


def test_the_list_shows_who_ordered_what_for_how_much(staff, order):
    page = staff.get(LIST).text

    for said in (order.number, "Ada Reader &lt;ada@example.com&gt;", "$29.45"):
        assert said in page
    assert "Pending payment" in page


@pytest.mark.parametrize("word", ["ada@example.com", "Reader", "my life"])
def test_an_order_is_found_by_what_staff_know_of_it(staff, order, word):
    assert order.number in staff.get(LIST, {"q": word}).text
    assert order.number in staff.get(LIST, {"q": order.number}).text
    assert order.number not in staff.get(LIST, {"q": "somebody else"}).text


def test_orders_are_chosen_by_status(staff, order):
    assert order.number in staff.get(LIST, {"status": "Pending payment"}).text
    assert order.number not in staff.get(LIST, {"status": "Paid"}).text


def test_orders_that_need_somebody_are_found(staff, order, attempt):
    assert order.number not in staff.get(LIST, {"attention": "needed"}).text

    PaymentAttempt.objects.update(state="review")

    assert order.number in staff.get(LIST, {"attention": "needed"}).text


def test_the_order_shows_its_books_and_its_money(staff, order, attempt, now):
    payments.sync(attempt=attempt, now=now)

    page = staff.get(f"{LIST}{order.pk}/change/").text

    movement = order.money_movements.get()
    for said in ("My Life", "Paperback", "1 Library Lane", "By post", "$4.50", movement.pk):
        assert said in page


def test_nothing_can_be_overwritten(staff, order):
    page = staff.get(f"{LIST}{order.pk}/change/").text

    assert 'name="_save"' not in page
    assert "<select" not in page.split('id="content"')[1].split('id="order_form"')[1]
    assert staff.get(f"{LIST}add/").status_code == 403
    assert staff.get(f"{LIST}{order.pk}/delete/").status_code == 403
    assert staff.post(f"{LIST}{order.pk}/change/", {"status": "Paid"}).status_code == 403


def test_stripe_can_be_asked_again(staff, order, attempt, state):
    chosen = {"action": "ask_stripe_again", "_selected_action": [order.pk]}

    page = staff.post(LIST, chosen, follow=True).text

    assert "Stripe was asked about 1 payments." in page
    assert state(order).status == "Paid"


def test_staff_are_told_when_stripe_is_down(staff, order, attempt, shop):
    shop.STRIPE_API_BASE = "http://127.0.0.1:9"
    chosen = {"action": "ask_stripe_again", "_selected_action": [order.pk]}

    assert "Stripe could not be asked" in staff.post(LIST, chosen, follow=True).text


def test_staff_who_may_see_orders_see_all_of_them(client, order, attempt):
    user = get_user_model().objects.create(email="packer@example.com", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_order"))
    client.force_login(user)

    assert "My Life" in client.get(f"{LIST}{order.pk}/change/").text


def test_staff_who_may_not_see_orders_see_none(client, order):
    client.force_login(
        get_user_model().objects.create(email="editor@example.com", is_staff=True)
    )

    assert client.get(LIST).status_code == 403


@pytest.mark.parametrize("orders", [1, 12])
def test_the_list_costs_the_same_however_many_orders(
    staff, place, orders, django_assert_num_queries
):
    edition = make_edition(copies=20)
    for _ in range(orders):
        place(edition)
    staff.get(LIST)

    with django_assert_num_queries(5):
        staff.get(LIST)
