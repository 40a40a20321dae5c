"""Somebody tries out stolen cards."""

from datetime import timedelta

import pytest
from oscar.core.loading import get_model

from bookstore.demo.stripe import checkout
from checkout import limits, payments
from checkout.models import CardTry, StaffNotice
from checkout.orders import order_url
from tests.books import make_edition
from tests.checkout.conftest import DECLINED_CARD

pytestmark = pytest.mark.django_db

HERE = limits.Visitor(session="s", network="n")


@pytest.fixture
def few(settings):
    settings.PAYMENT_TRIES_AN_HOUR = {"order": 2, "visitor": 3, "network": 4}
    settings.CARD_REFUSALS_A_PAGE = 3
    return settings


@pytest.fixture
def order(place):
    return place(make_edition(price="24.95", copies=9))


def tries(order, by, number, now):
    for _ in range(number):
        limits.count_try(order=order, by=by, now=now)


def test_an_order_can_be_tried_so_often(few, order, now):
    tries(order, limits.Visitor("", ""), 2, now)

    with pytest.raises(limits.TooManyTries):
        limits.count_try(order=order, by=limits.Visitor("", ""), now=now)


@pytest.mark.parametrize(
    ("others", "allowed"),
    [
        (lambda n: limits.Visitor("same", f"n{n}"), 3),
        (lambda n: limits.Visitor(f"s{n}", "same"), 4),
    ],
    ids=["one visitor", "one network"],
)
def test_so_many_payments_are_begun_from_one_place(few, place, now, others, allowed):
    edition = make_edition(copies=99)
    for number in range(allowed):
        limits.count_try(order=place(edition), by=others(number), now=now)

    with pytest.raises(limits.TooManyTries):
        limits.check(by=others(99), now=now)
    with pytest.raises(limits.TooManyTries):
        limits.count_try(order=place(edition), by=others(99), now=now)


def test_after_an_hour_it_begins_anew_and_a_day_later_nothing_is_kept(few, order, now):
    tries(order, HERE, 2, now)

    limits.count_try(order=order, by=HERE, now=now + timedelta(minutes=61))
    limits.count_try(order=order, by=HERE, now=now + timedelta(hours=26))

    assert CardTry.objects.count() == 1


def test_nothing_readable_is_kept_of_visitor_and_address(order, now):
    by = limits.Visitor.of(session_key="secretsession", address="203.0.113.9")
    limits.count_try(order=order, by=by, now=now)

    kept = CardTry.objects.get()
    assert "secretsession" not in kept.visitor
    assert "203.0.113.9" not in kept.network
    assert (kept.visitor, kept.network) == (by.session, by.network)
    assert by == limits.Visitor.of(session_key="secretsession", address="203.0.113.9")


def test_an_ipv6_household_is_one_network():
    first, second, other = (
        limits.Visitor.of(session_key="", address=address).network
        for address in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1")
    )

    assert first == second != other


def test_staff_are_told_once_an_order(few, order, now):
    tries(order, HERE, 2, now)
    for _ in range(2):
        with pytest.raises(limits.TooManyTries):
            limits.count_try(order=order, by=HERE, now=now)

    notice = StaffNotice.objects.get()
    assert (notice.kind, notice.order) == ("card_testing", order)


def test_the_reader_is_told_what_to_do(few, client, order, stripe, now):
    few.PAYMENT_TRIES_AN_HOUR["order"] = 0

    page = client.post(f"{order_url(order).removeprefix('http://testserver')}pay/", follow=True)

    assert "Too many payments were begun from here" in page.text
    assert order.payment_attempts.count() == 0


def test_going_back_to_an_open_page_is_no_new_try(few, client, order, begin):
    begin(order)
    path = order_url(order).removeprefix("http://testserver")

    answers = {client.post(f"{path}pay/").status_code for _ in range(5)}

    assert (answers, CardTry.objects.count()) == ({303}, 0)


def test_a_page_on_which_card_after_card_is_refused_is_closed(
    few, order, begin, pay, deliver, events, stripe, state
):
    attempt = begin(order)
    for _ in range(3):
        with pytest.raises(checkout.Declined):
            pay(attempt, card=DECLINED_CARD)
    refusals = events("payment_intent.payment_failed")

    for event in refusals[:2]:
        assert deliver(event).status_code == 204
    assert state(order).attempts == ["open"]
    assert deliver(refusals[2]).status_code == 204

    assert state(order).attempts == ["expired"]
    assert (state(order).status, state(order).claimed) == ("Cancelled", 0)
    assert StaffNotice.objects.get().text == "3 cards were refused on one page: it was closed."


def test_a_card_that_pays_after_refusals_is_never_closed(
    few, order, begin, pay, deliver, events, state, now
):
    attempt = begin(order)
    for _ in range(3):
        with pytest.raises(checkout.Declined):
            pay(attempt, card=DECLINED_CARD)
    pay(attempt)

    for event in events("payment_intent.payment_failed"):
        assert deliver(event).status_code == 204

    payments.sync(attempt=attempt, now=now)
    assert (state(order).status, state(order).claimed) == ("Paid", 1)


def test_a_visitor_over_the_limit_places_no_order(few, reader, stripe):
    few.PAYMENT_TRIES_AN_HOUR["network"] = 0
    review = reader.take(make_edition(copies=3)).review()

    answer = reader.pay(review)

    page = reader.client.get(answer.url)
    assert "Too many payments were begun from here" in page.text
    assert not get_model("order", "Order").objects.exists()


def test_a_page_that_stripe_did_not_make_is_no_try(few, client, order, stripe):
    path = order_url(order).removeprefix("http://testserver")
    stripe.plan_fault("fail_before", count=3, only="POST /v1/checkout/sessions")
    for _ in range(3):
        client.post(f"{path}pay/")
    assert CardTry.objects.count() == 0

    assert client.post(f"{path}pay/").url.startswith(stripe.base_url)
    assert CardTry.objects.count() == 1
