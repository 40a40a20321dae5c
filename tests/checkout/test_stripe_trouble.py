"""Stripe is down, slow, busy, or its answer is lost."""

import socket
import time
from datetime import timedelta

import pytest

from checkout import payments
from tests.books import make_edition

pytestmark = pytest.mark.django_db

CREATE = "POST /v1/checkout/sessions"


@pytest.fixture
def order(place):
    return place((make_edition(price="24.95", copies=3), 2))


@pytest.fixture
def sessions(stripe):
    return lambda: stripe.store.matching("checkout.session")


def test_an_answer_lost_on_the_way_makes_one_page(order, stripe, sessions, begin):
    """Stripe's SDK asks again by itself, with the same key."""
    stripe.plan_fault("lose_response", only=CREATE)

    attempt = begin(order)

    assert [session["id"] for session in sessions()] == [attempt.session_id]


def test_an_answer_lost_for_good_and_a_second_try_make_one_page(
    order, stripe, sessions, begin, now, monkeypatch
):
    with monkeypatch.context() as patched:
        patched.setattr(payments.gateway, "open_page", losing_the_answer)
        with pytest.raises(payments.Unavailable):
            payments.start(order=order, now=now)

    attempt = begin(order)

    assert len(sessions()) == 1
    assert (attempt.number, attempt.session_id) == (1, sessions()[0]["id"])


def test_a_request_whose_answer_was_a_500_gets_a_new_row(order, stripe, begin, pay, state, now):
    """Stripe repeats a 500 for the same key for ever."""
    stripe.plan_fault("fail_before", only=CREATE)
    with pytest.raises(payments.Unavailable):
        payments.start(order=order, now=now)
    assert state(order).attempts == ["failed"]

    attempt = begin(order)
    pay(attempt)
    payments.sync(attempt=attempt, now=now)

    assert (state(order).status, state(order).attempts) == ("Paid", ["failed", "paid"])


def test_a_try_long_after_the_first_was_lost_gets_a_page_at_once(
    order, stripe, begin, state, now, shop
):
    """Stripe has never heard of the first, whose end is now too near for a page."""
    base, shop.STRIPE_API_BASE = shop.STRIPE_API_BASE, "http://127.0.0.1:9"
    with pytest.raises(payments.Unavailable):
        payments.start(order=order, now=now - timedelta(minutes=5))
    shop.STRIPE_API_BASE = base

    attempt = begin(order)

    assert (attempt.number, state(order).attempts) == (2, ["failed", "open"])


def test_when_stripe_is_busy_the_same_page_is_asked_for_again(order, stripe, begin, now):
    stripe.plan_fault("rate_limit", only=CREATE)
    with pytest.raises(payments.Unavailable):
        payments.start(order=order, now=now)

    assert begin(order).number == 1


def test_a_stripe_that_hangs_is_given_up_in_ten_seconds_and_the_order_kept(
    order, stripe, shop, begin, state, now
):
    base = shop.STRIPE_API_BASE
    with socket.create_server(("127.0.0.1", 0)) as silent:
        shop.STRIPE_API_BASE = f"http://127.0.0.1:{silent.getsockname()[1]}"
        began = time.monotonic()
        with pytest.raises(payments.Unavailable):
            payments.start(order=order, now=now)
        assert time.monotonic() - began < 10
    assert (state(order).status, state(order).claimed) == ("Pending payment", 2)

    shop.STRIPE_API_BASE = base
    assert begin(order).number == 1


def test_a_wrong_key_is_told_to_staff_and_not_to_the_reader(order, stripe, shop, now, caplog):
    shop.STRIPE_SECRET_KEY = "sk_test_somebody_else"

    with pytest.raises(payments.Unavailable):
        payments.start(order=order, now=now)

    assert "Stripe does not accept STRIPE_SECRET_KEY" in caplog.text


def losing_the_answer(page, ask=payments.gateway.open_page):
    ask(page)
    raise payments.gateway.Unreachable
