"""Once a day Stripe's books are compared with ours, and what was missed is made good."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from bookstore.demo.stripe import refunds as at_stripe
from checkout import comparing, emails, gateway, locks, payments, timer
from checkout.models import MoneyMovement, OrderMail, StaffNotice, StripeComparison
from tests.books import make_edition

pytestmark = pytest.mark.django_db

DISPUTED_CARD = "4000000000000259"


@pytest.fixture
def order(place):
    return place(make_edition(price="24.95", copies=9))


@pytest.fixture
def paid(order, begin, pay, now):
    attempt = begin(order)
    pay(attempt)
    return payments.sync(attempt=attempt, now=now)


def test_books_that_agree_are_said_to(paid, now):
    found = comparing.compare_daily(now=now)

    assert (found.payments, found.differences) == (1, "")
    assert found.finished_at == now


def test_a_day_is_compared_once(paid, now):
    comparing.compare_daily(now=now)

    assert comparing.compare_daily(now=now) is None
    assert comparing.compare_daily(now=now + timedelta(days=1)) is not None


def test_a_comparison_that_failed_is_made_again(paid, now, settings):
    base, settings.STRIPE_API_BASE = settings.STRIPE_API_BASE, "http://127.0.0.1:9"
    with pytest.raises(gateway.Unreachable):
        comparing.compare_daily(now=now)
    assert timer.compare_due(now=now) is None

    settings.STRIPE_API_BASE = base
    assert comparing.compare_daily(now=now).payments == 1
    assert StripeComparison.objects.count() == 1


def test_a_refund_no_webhook_told_of_is_found(paid, order, stripe, state, now):
    with stripe.store.change():
        at_stripe.create(stripe.store, {"payment_intent": paid.intent_id})

    found = comparing.compare_daily(now=now)

    assert found.differences == ""
    assert (state(order).status, state(order).movements) == (
        "Refunded",
        [("payment", 2945), ("refund", 2945)],
    )


def test_a_dispute_no_webhook_told_of_is_found(order, begin, pay, now):
    pay(begin(order), card=DISPUTED_CARD)

    comparing.compare_daily(now=now)

    assert order.disputes.get().is_open


def test_a_payment_no_webhook_told_of_is_found(order, begin, pay, state, now):
    pay(begin(order))

    comparing.compare_daily(now=now)

    assert state(order).status == "Paid"


def test_what_still_differs_is_told_to_staff_once(paid, order, now):
    MoneyMovement.objects.update(amount=2000)

    for days in range(2):
        found = comparing.compare_daily(now=now + timedelta(days=days))
        assert f"order {order.number}: Stripe holds 2945 USD, the books say 2000" in (
            found.differences
        )

    assert StaffNotice.objects.get().kind == "difference"


def test_money_for_an_order_that_is_gone_is_told_to_staff(paid, order, now):
    MoneyMovement.objects.all().delete()
    order.payment_attempts.all().delete()

    assert f"not known ({order.number})" in comparing.compare_daily(now=now).differences


def test_the_command_tells_differences_and_alarms(paid, order, now):
    MoneyMovement.objects.update(amount=2000)
    out, err = StringIO(), StringIO()

    call_command("settle_payments", stdout=out, stderr=err)

    assert "1 payments compared" in out.getvalue()
    assert "the books say 2000" in err.getvalue()


def test_a_paid_order_without_a_confirmation_rings(paid, order, now, settings):
    ten_minutes = timedelta(minutes=10)
    assert timer.sync_due(now=now).alarms == []
    settings.EMAIL_BACKEND = "tests.checkout.test_comparing.NoServer"

    (alarm,) = timer.sync_due(now=now + ten_minutes).alarms

    assert alarm.order_number == order.number
    assert "its confirmation has not gone out" in alarm.text


def test_the_alarm_falls_silent_when_the_mail_has_gone(paid, now):
    later = now + timedelta(minutes=11)
    emails.send_all_owed(now=later)

    assert timer.sync_due(now=later).alarms == []


def test_an_order_owed_no_mail_at_all_rings(paid, order, now):
    OrderMail.objects.all().delete()

    assert [alarm.order_number for alarm in timer.sync_due(now=now).alarms] == [order.number]


class NoServer:
    def __init__(self, **_):
        pass

    def send_messages(self, messages):
        raise ConnectionRefusedError


def test_a_difference_that_stays_is_told_again_after_somebody_had_it(paid, order, now):
    MoneyMovement.objects.update(amount=2000)
    comparing.compare_daily(now=now)
    StaffNotice.objects.update(done_at=now)

    comparing.compare_daily(now=now + timedelta(days=1))

    (notice,) = StaffNotice.objects.filter(done_at=None)
    assert notice.order == order


def test_one_payment_that_cannot_be_read_leaves_the_others_alone(
    paid, place, begin, pay, now, monkeypatch
):
    pay(begin(place(make_edition(price="10.00"))))
    MoneyMovement.objects.filter(intent_id=paid.intent_id).update(amount=2000)
    real = payments.sync

    def sync(*, attempt, now):
        if attempt == paid:
            raise locks.Busy
        return real(attempt=attempt, now=now)

    monkeypatch.setattr(payments, "sync", sync)

    found = comparing.compare_daily(now=now)

    assert "could not be read again" in found.differences
    assert (found.payments, found.finished_at) == (2, now)
