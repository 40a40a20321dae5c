"""What happens though nobody asks."""

import os
import signal
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import OperationalError

from bookstore.demo.stripe import checkout
from checkout import gateway, payments, timer
from checkout.models import OrderMail, PaymentAttempt
from tests.books import make_edition, stock_of

pytestmark = pytest.mark.django_db

HALF_AN_HOUR_LATER = timedelta(minutes=32)


@pytest.fixture
def edition(db):
    return make_edition(copies=1)


@pytest.fixture
def order(place, edition):
    return place(edition)


def test_a_payment_nobody_told_us_about_is_found(order, begin, pay, state, now):
    pay(begin(order))

    done = timer.sync_due(now=now)

    assert (done.synced, state(order).status) == (1, "Paid")


def test_a_page_whose_time_is_over_is_ended_at_stripe_before_the_copy_is_free(
    order, begin, stripe, state, edition, now
):
    attempt = begin(order)

    done = timer.sync_due(now=now + HALF_AN_HOUR_LATER)

    assert done.closed == 1
    assert stripe.store.get("checkout.session", attempt.session_id)["status"] == "expired"
    assert (state(order).status, stock_of(edition).num_allocated) == ("Cancelled", 0)


def test_a_payment_in_the_last_second_counts(order, begin, pay, state, now):
    pay(begin(order))

    timer.sync_due(now=now + HALF_AN_HOUR_LATER)

    assert (state(order).status, state(order).attempts) == ("Paid", ["paid"])


def test_while_stripe_is_down_no_copy_is_given_back(order, begin, shop, state, now):
    begin(order)
    shop.STRIPE_API_BASE = "http://127.0.0.1:9"

    done = timer.sync_due(now=now + HALF_AN_HOUR_LATER)

    assert done.failed == 1
    assert (state(order).status, state(order).claimed) == ("Pending payment", 1)


def test_money_that_takes_days_keeps_its_copies(order, begin, stripe, state, now):
    attempt = begin(order)
    payer = {"name": "Ada Reader", "email": "ada@example.com"}
    checkout.pay_by_debit(stripe.store, attempt.session_id, account=checkout.PAYS, payer=payer)

    for days in range(3):
        timer.sync_due(now=now + timedelta(days=days))

    assert (state(order).status, state(order).attempts) == ("Pending payment", ["processing"])
    assert state(order).claimed == 1


def test_an_order_that_never_got_to_stripe_gives_its_copies_back(order, state, edition, now):
    assert timer.sync_due(now=now + timedelta(minutes=30)).cancelled == 0

    done = timer.sync_due(now=now + HALF_AN_HOUR_LATER)

    assert done.cancelled == 1
    assert (state(order).status, stock_of(edition).num_allocated) == ("Cancelled", 0)


def test_an_order_whose_payment_failed_may_be_tried_for_half_an_hour(order, begin, state, now):
    attempt = begin(order)
    later = now + timedelta(days=3)
    PaymentAttempt.objects.filter(pk=attempt.pk).update(state="failed", changed_at=later)

    timer.sync_due(now=later + timedelta(minutes=30))
    assert state(order).status == "Pending payment"

    timer.sync_due(now=later + HALF_AN_HOUR_LATER)
    assert (state(order).status, state(order).claimed) == ("Cancelled", 0)


def test_an_order_somebody_must_look_at_is_not_cancelled(order, begin, pay, state, now):
    attempt = begin(order)
    pay(attempt)
    PaymentAttempt.objects.filter(pk=attempt.pk).update(amount=1)

    for minutes in (0, 40, 80):
        timer.sync_due(now=now + timedelta(minutes=minutes))

    assert (state(order).status, state(order).attempts) == ("Pending payment", ["review"])
    assert state(order).claimed == 1


@pytest.mark.parametrize("made", [True, False], ids=["page made", "page never made"])
def test_an_attempt_the_shop_died_over_is_brought_to_an_end(
    order, begin, stripe, state, edition, now, made
):
    if made:
        begin(order)
        PaymentAttempt.objects.update(session_id=None, page_url="", state="new")
    else:
        payments._attempt_for(order, now=now - timedelta(minutes=5))

    timer.sync_due(now=now + HALF_AN_HOUR_LATER)

    assert (state(order).status, state(order).attempts) == ("Cancelled", ["expired"])
    assert stock_of(edition).num_allocated == 0
    for session in stripe.store.matching("checkout.session"):
        assert session["status"] == "expired"


def test_a_page_for_an_order_that_is_settled_otherwise_is_ended(
    order, begin, stripe, state, now
):
    attempt = begin(order)
    type(order).objects.get(pk=order.pk).set_status("Paid")

    timer.sync_due(now=now)

    assert stripe.store.get("checkout.session", attempt.session_id)["status"] == "expired"
    assert (state(order).status, state(order).claimed) == ("Paid", 1)


def test_one_order_that_fails_leaves_the_others_alone(
    place, begin, pay, state, now, monkeypatch
):
    broken, sound = place(make_edition()), place(make_edition())
    bad = begin(broken)
    pay(begin(sound))
    read = gateway.read_session

    def fail_for_one(session_id):
        if session_id == bad.session_id:
            raise RuntimeError
        return read(session_id)

    monkeypatch.setattr(gateway, "read_session", fail_for_one)
    done = timer.sync_due(now=now)

    assert (done.synced, done.failed, state(sound).status) == (1, 1, "Paid")


def test_a_mail_that_was_left_behind_is_sent(order, begin, pay, mailoutbox, now):
    attempt = begin(order)
    pay(attempt)
    payments.sync(attempt=attempt, now=now)
    assert OrderMail.objects.get().sent_at is None

    done = timer.sync_due(now=now + timedelta(minutes=2))

    assert (done.mails, len(mailoutbox)) == (1, 1)
    assert timer.sync_due(now=now + timedelta(minutes=4)).mails == 0


def test_the_command_says_what_it_did_in_a_line(order, begin, pay, state):
    pay(begin(order))
    out = StringIO()

    call_command("settle_payments", stdout=out)

    assert out.getvalue() == (
        "1 payments checked, 0 closed, 0 unpaid orders cancelled, 0 refunds followed, "
        "0 events finished, 0 mails sent, 0 failures, 0 alarms\n"
        "1 payments compared with Stripe's books\n"
    )
    assert state(order).status == "Paid"


def test_the_watch_survives_the_database_and_ends_when_told(monkeypatch, now):
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    rounds = []

    def sync_due(*, now):
        rounds.append(now)
        if len(rounds) == 1:
            raise OperationalError
        os.kill(os.getpid(), signal.SIGTERM)
        return timer.Round(synced=1)

    monkeypatch.setattr(timer, "sync_due", sync_due)
    monkeypatch.setattr(timer, "compare_due", lambda *, now: None)
    out = StringIO()
    try:
        call_command("settle_payments", "--watch", "1", stdout=out)
    finally:
        signal.signal(signal.SIGTERM, before[0])
        signal.signal(signal.SIGINT, before[1])

    assert len(rounds) == 2
    assert out.getvalue().startswith("1 payments checked")
