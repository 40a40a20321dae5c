"""The web server is killed at each step of paying, comes back, and no harm is done.

Each test stops a request at one step, by a lock that it needs or by a slow Stripe, kills
master and worker (kill -9), starts them again while the payments timer goes one round,
and lets the reader do what a reader does: press Pay once more.
"""

import contextlib
from dataclasses import replace
from datetime import timedelta

import pytest

from bookstore.demo.stripe import faults, shopper
from checkout.models import OrderMail, StripeEvent
from tests.books import stock_of
from tests.endurance.books import NOTHING, books_of, paid_once, paid_unheard, waiting
from tests.endurance.locks import (
    CLAIMING_COPIES,
    COUNTING_BOOKS_FOR_STRIPE,
    LOCKING_THE_ORDER,
    LOOKING_FOR_ATTEMPTS,
    RECORDING_MONEY,
    WRITING_THE_MAIL,
    held,
    stopped_at,
    underway,
)
from tests.endurance.shop import wait_until

MAKE_A_PAGE = "POST /v1/checkout/sessions"
CANCELLED = replace(NOTHING, orders=["Cancelled"])


@pytest.fixture
def pages_of(shop):
    """Return the pages that Stripe has made for a reader."""
    store = shop.stripe.store
    return lambda reader: store.matching("checkout.session", customer_email=reader.email)


@pytest.fixture
def pays_once_in_the_end(shop, edition, pages_of):
    """Let a reader press Pay again and pay; check that all books tell the same of it."""

    def check(reader):
        page = reader.pay()
        wait_until(lambda: shop.stripe.is_idle)

        assert "Thank you, your order is paid" in page.text
        assert books_of(reader, shop) == paid_once(reader)
        assert len(pages_of(reader)) == 1
        assert stock_of(edition).num_allocated == 1

    return check


def test_killed_while_the_order_is_placed(shop, ada, edition, pays_once_in_the_end):
    with stopped_at(ada.press_pay, CLAIMING_COPIES):
        shop.kill()
    shop.come_back()

    assert books_of(ada, shop) == NOTHING
    assert stock_of(edition).num_allocated in {None, 0}
    pays_once_in_the_end(ada)


def test_killed_before_there_is_an_attempt(shop, ada, pages_of, pays_once_in_the_end):
    with stopped_at(ada.press_pay, LOOKING_FOR_ATTEMPTS):
        shop.kill()
    shop.come_back()

    assert (books_of(ada, shop), pages_of(ada)) == (waiting(live_attempts=0), [])
    pays_once_in_the_end(ada)


def test_killed_before_stripe_is_asked(shop, ada, pages_of, pays_once_in_the_end):
    with stopped_at(ada.press_pay, LOOKING_FOR_ATTEMPTS, COUNTING_BOOKS_FOR_STRIPE):
        shop.kill()
    shop.come_back()

    assert (books_of(ada, shop), pages_of(ada)) == (waiting(live_attempts=1), [])
    pays_once_in_the_end(ada)


def test_killed_before_stripe_answers(shop, ada, pages_of, pays_once_in_the_end):
    with stripe_slow_for(ada, shop):
        assert not pages_of(ada)
        shop.kill()
    shop.come_back()
    wait_until(lambda: pages_of(ada))

    assert books_of(ada, shop) == waiting(live_attempts=1)
    pays_once_in_the_end(ada)


def test_killed_before_stripes_answer_is_kept(shop, ada, pages_of, pays_once_in_the_end):
    with stopped_at(
        ada.press_pay, LOOKING_FOR_ATTEMPTS, COUNTING_BOOKS_FOR_STRIPE, LOCKING_THE_ORDER
    ):
        shop.kill()
    shop.come_back()

    assert (books_of(ada, shop), len(pages_of(ada))) == (waiting(live_attempts=1), 1)
    pays_once_in_the_end(ada)


def test_killed_while_the_reader_comes_back_paid(shop, ada):
    shop.stripe.webhook_url = ""
    visit = shopper.pay_by_card(ada.press_pay().leads_to)

    with stopped_at(lambda: ada.come_back(visit), RECORDING_MONEY):
        shop.kill()
    assert books_of(ada, shop) == paid_unheard(ada)
    shop.come_back()

    assert books_of(ada, shop) == paid_once(ada)
    assert "Thank you, your order is paid" in ada.come_back(visit).text
    shop.stripe.webhook_url = shop.webhook_url
    wait_until(lambda: shop.stripe.is_idle)
    assert books_of(ada, shop) == paid_once(ada)


def test_killed_while_stripes_delivery_is_worked_on(shop, ada, pages_of):
    url = ada.press_pay().leads_to

    with held(RECORDING_MONEY) as lock:
        visit = shopper.pay_by_card(url)
        wait_until(lock.stops_somebody)
        shop.kill()
    assert books_of(ada, shop) == paid_unheard(ada)
    [session] = pages_of(ada)
    kept = StripeEvent.objects.get(object_id=session["id"])
    assert kept.done_at is None
    shop.come_back()
    wait_until(lambda: shop.stripe.is_idle)

    kept.refresh_from_db()
    assert kept.done_at is not None
    assert books_of(ada, shop) == paid_once(ada)
    assert "Thank you, your order is paid" in ada.come_back(visit).text
    assert books_of(ada, shop) == paid_once(ada)


def test_killed_before_the_mail_is_sent(shop, ada):
    shop.stripe.webhook_url = ""
    visit = shopper.pay_by_card(ada.press_pay().leads_to)

    with stopped_at(lambda: ada.come_back(visit), WRITING_THE_MAIL):
        shop.kill()
    mail = OrderMail.objects.get(order__guest_email=ada.email)
    assert (mail.order.status, mail.sent_at) == ("Paid", None)
    shop.come_back()
    shop.stripe.webhook_url = shop.webhook_url
    wait_until(lambda: shop.stripe.is_idle)

    # For a while the sender might still be at it, and nobody takes over.
    shop.settle(later=timedelta(minutes=5))
    assert books_of(ada, shop).mails == 0
    shop.settle(later=timedelta(minutes=11))
    assert books_of(ada, shop) == paid_once(ada)


def test_the_copies_of_readers_who_never_come_back_are_free_again(
    shop, new_reader, edition, pages_of
):
    asking, beginning, placing = (new_reader().walk_to_review(edition) for _ in range(3))

    with (
        stripe_slow_for(asking, shop),
        stopped_at(beginning.press_pay, LOOKING_FOR_ATTEMPTS),
        stopped_at(placing.press_pay, CLAIMING_COPIES),
    ):
        shop.kill()
    shop.come_back()
    wait_until(lambda: pages_of(asking))
    assert stock_of(edition).num_allocated == 2
    shop.settle(later=timedelta(minutes=32))

    assert [page["status"] for page in pages_of(asking)] == ["expired"]
    assert books_of(asking, shop) == CANCELLED
    assert books_of(beginning, shop) == CANCELLED
    assert books_of(placing, shop) == NOTHING
    assert stock_of(edition).num_allocated == 0


@contextlib.contextmanager
def stripe_slow_for(reader, shop):
    """Let a reader press Pay; in the block Stripe has the question and does nothing yet."""
    shop.stripe.plan_fault("slow", seconds=3, only=MAKE_A_PAGE)
    with underway(reader.press_pay):
        wait_until(lambda: not faults.planned(shop.stripe.store))
        yield
