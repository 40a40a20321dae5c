"""The list of orders in the admin."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission

from checkout import notices, payments, refunds
from checkout.admin import asking
from checkout.models import OrderMail, PaymentAttempt, StaffNotice
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

    for said in (order.number, "Ada Reader<br>ada@example.com", "$29.45"):
        assert said in page
    assert "Pending payment" in page


@pytest.mark.parametrize("word", ["ada@example.com", "Reader", "my life"])
def test_an_order_is_found_by_what_staff_know_of_it(staff, order, word):
    assert order.number in staff.get(LIST, {"q": word}).text
    assert order.number in staff.get(LIST, {"q": order.number}).text
    assert order.number not in staff.get(LIST, {"q": "somebody else"}).text


def test_an_order_is_found_by_stripes_number_and_by_its_parcels(staff, order, pay_for, now):
    attempt = pay_for(order)
    parcel = order.parcels.create(sent_at=now, form_key=uuid4(), tracking_number="RR1")
    known = [attempt.intent_id, order.money_movements.get().pk, parcel.tracking_number]

    for number in known:
        assert order.number in staff.get(LIST, {"q": number}).text


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
    assert "<select" not in page
    assert staff.get(f"{LIST}add/").status_code == 403
    assert staff.get(f"{LIST}{order.pk}/delete/").status_code == 403
    assert staff.post(f"{LIST}{order.pk}/change/", {"status": "Paid"}).status_code == 403


def test_stripe_can_be_asked_again(staff, order, attempt, state):
    chosen = {"action": "ask_stripe_again", "_selected_action": [order.pk]}

    page = staff.post(LIST, chosen, follow=True).text

    assert "Stripe was asked about one order." in page
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


@pytest.mark.parametrize("orders", [1, 50])
def test_the_list_costs_the_same_however_many_orders(
    staff, place, now, orders, django_assert_num_queries
):
    edition = make_edition(copies=60)
    for number in range(orders):
        notices.tell(kind="stripe", about=str(number), text="?", now=now, order=place(edition))
    staff.get(LIST)

    with django_assert_num_queries(5):
        staff.get(LIST)


@pytest.mark.parametrize(
    "query",
    [
        {"date_placed__year": "99999"},
        {"date_placed__gte": "10000-01-01"},
        {"placed_from": "99999-01-01"},
        {"placed_from": "9999-12-31", "placed_to": "9999-12-31"},
        {"placed_to": "0001-01-01"},
        {"placed_to": "yesterday"},
        {"attention": "nonsense", "status": "nonsense"},
        {"p": "99999999999999999999"},
        {"_facets": "True"},
    ],
)
def test_no_address_of_the_list_fails(staff, order, query):
    answer = staff.get(LIST, query, follow=True)

    assert answer.status_code in {200, 400}


@pytest.mark.parametrize(
    ("first", "last", "is_shown"),
    [
        (0, 0, True),
        (-1, 1, True),
        (1, None, False),
        (None, -1, False),
        (None, 0, True),
    ],
)
def test_orders_are_chosen_by_the_days_on_which_they_were_placed(
    staff, order, first, last, is_shown
):
    today = order.date_placed.date()
    days = {"placed_from": first, "placed_to": last}
    query = {name: today + timedelta(days=day) for name, day in days.items() if day is not None}

    assert (order.number in staff.get(LIST, query).text) is is_shown


def test_a_day_that_is_none_is_told_and_hides_nothing(staff, order):
    page = staff.get(LIST, {"placed_from": "1200-01-01"}).text

    assert "Please give a day between 2000 and 2100." in page
    assert order.number in page


def test_the_other_choices_are_kept_when_days_are_chosen(staff, order):
    page = staff.get(LIST, {"status": "Paid", "q": "life", "p": "1"}).text

    form = page.split("placed-filter")[1].split("</form>")[0]
    assert '<input type="hidden" name="status" value="Paid">' in form
    assert '<input type="hidden" name="q" value="life">' in form
    assert 'name="p"' not in form


def _review(order, now):
    PaymentAttempt.objects.update(state="review")


def _dispute(order, now):
    order.disputes.create(
        id="du_1", intent_id="pi_1", amount=1, currency="USD", status="x", opened_at=now
    )


def _notice(order, now):
    notices.tell(kind="stripe", about="1", text="No answer.", now=now, order=order)


def _failed_refund(order, now):
    notices.tell(kind="refund_failed", about="re_1", text="Lost.", now=now, order=order)


def _no_confirmation(order, now):
    OrderMail.objects.all().delete()


def _unsent_refund(order, now):
    refunds.ask(order=order, amount=100, reason="goodwill", form_key=uuid4(), now=now)


@pytest.mark.parametrize(
    ("happens", "name", "words"),
    [
        (_review, "review", "Payment to be checked"),
        (_dispute, "disputed", "Disputed by the bank"),
        (_notice, "notice", "Stripe does not do what was asked"),
        (_failed_refund, "refund_failed", "A refund did not arrive"),
        (_no_confirmation, "unconfirmed", "Confirmation not sent"),
        (_unsent_refund, "refund_unsent", "Refund not sent yet"),
    ],
)
def test_what_needs_somebody_is_said_in_words_and_can_be_chosen(
    staff, order, pay_for, now, happens, name, words
):
    pay_for(order)
    assert f"<li>{words}</li>" not in staff.get(LIST).text
    assert order.number not in staff.get(LIST, {"attention": name}).text

    happens(order, now)

    for query in ({}, {"attention": "needed"}, {"attention": name}):
        page = staff.get(LIST, query).text
        assert order.number in page
        assert page.count(f"<li>{words}</li>") == 1
    others = {"review", "disputed", "unconfirmed", "refund_unsent"} - {name}
    for other in others:
        assert order.number not in staff.get(LIST, {"attention": other}).text


def test_a_matter_that_is_done_needs_nobody(staff, order, now):
    _notice(order, now)
    StaffNotice.objects.update(done_at=now)

    assert order.number not in staff.get(LIST, {"attention": "needed"}).text


def test_the_packing_of_many_begins_at_once(staff, place, pay_for, state):
    edition = make_edition(copies=9)
    paid, other, unpaid = (place(edition) for _ in range(3))
    pay_for(paid)
    pay_for(other)
    chosen = [paid.pk, other.pk, unpaid.pk]

    page = staff.post(
        LIST, {"action": "begin_packing", "_selected_action": chosen}, follow=True
    )

    assert [state(order).status for order in (paid, other, unpaid)] == [
        "In progress",
        "In progress",
        "Pending payment",
    ]
    assert "2 orders are being packed." in page.text
    assert f"Order {unpaid.number} is not waiting to be packed." in page.text


def test_too_many_at_once_are_refused(staff, order, pay_for, monkeypatch, state):
    pay_for(order)
    monkeypatch.setattr(asking, "MOST_AT_ONCE", 0)

    for action in ("begin_packing", "ask_stripe_again"):
        chosen = {"action": action, "_selected_action": [order.pk]}
        assert "Please choose at most 0" in staff.post(LIST, chosen, follow=True).text
    assert state(order).status == "Paid"
