"""Stripe's deliveries, signed as Stripe signs them."""

import time

import pytest
from django.db import OperationalError
from django.utils import timezone

from checkout import gateway, inbox, locks, payments
from checkout.models import PaymentAttempt, StaffNotice, StripeEvent
from tests.books import make_edition
from tests.checkout.conftest import SECRET

pytestmark = pytest.mark.django_db

COMPLETED = "checkout.session.completed"


@pytest.fixture
def order(place):
    return place(make_edition(price="24.95", copies=3))


@pytest.fixture
def attempt(order, begin):
    return begin(order)


@pytest.fixture
def paid_event(attempt, pay, events):
    pay(attempt)
    (event,) = events(COMPLETED)
    return event


def test_a_paid_page_pays_the_order(deliver, paid_event, order, state):
    response = deliver(paid_event)

    assert (response.status_code, response.content) == (204, b"")
    assert state(order).status == "Paid"
    assert StripeEvent.objects.get().done_at is not None


def test_the_return_page_after_the_webhook_changes_nothing(
    deliver, paid_event, attempt, order, state, now
):
    deliver(paid_event)
    before = state(order)

    payments.sync(attempt=attempt, now=now)

    assert state(order) == before


def test_the_webhook_after_the_return_page_changes_nothing(
    deliver, paid_event, attempt, order, state, now
):
    payments.sync(attempt=attempt, now=now)
    before = state(order)

    assert deliver(paid_event).status_code == 204

    assert state(order) == before
    assert before.mails == ["confirmation"]


def test_a_second_delivery_changes_nothing(deliver, paid_event, order, state):
    responses = [deliver(paid_event) for _ in range(2)]

    assert [response.status_code for response in responses] == [204, 204]
    assert state(order).movements == [("payment", 2945)]
    assert StripeEvent.objects.get().tries == 1


@pytest.mark.parametrize("secret", ["whsec_guess", ""], ids=["guessed", "none"])
def test_a_forged_delivery_is_refused(deliver, paid_event, order, state, secret):
    response = deliver(paid_event, secret=secret)

    assert (response.status_code, state(order).status) == (400, "Pending payment")
    assert not StripeEvent.objects.exists()


def test_an_old_delivery_is_refused(deliver, paid_event):
    assert deliver(paid_event, at=int(time.time()) - 3600).status_code == 400


def test_a_body_that_was_tampered_with_is_refused(client, deliver, paid_event):
    response = client.post(
        "/checkout/stripe/webhook/",
        b"{}",
        content_type="application/json",
        headers={"stripe-signature": f"t={int(time.time())},v1=00"},
    )

    assert response.status_code == 400


def test_both_secrets_are_good_while_they_rotate(deliver, paid_event, shop, order, state):
    shop.STRIPE_WEBHOOK_SECRETS = ["whsec_new", SECRET]

    assert deliver(paid_event).status_code == 204
    assert deliver(paid_event, secret="whsec_new").status_code == 204
    assert state(order).status == "Paid"


@pytest.mark.parametrize("secrets", [[], [""]])
def test_without_a_secret_nothing_is_believed(deliver, paid_event, shop, secrets):
    shop.STRIPE_WEBHOOK_SECRETS = secrets

    assert deliver(paid_event, secret="").status_code == 400


def test_an_event_that_lies_about_the_payment_pays_nothing(deliver, attempt, order, state):
    """Even signed, a body only says where to look."""
    lie = {
        "id": "evt_lie",
        "type": COMPLETED,
        "data": {
            "object": {
                "id": attempt.session_id,
                "payment_status": "paid",
                "status": "complete",
                "amount_total": attempt.amount,
                "client_reference_id": order.number,
            }
        },
    }

    assert deliver(lie).status_code == 204

    assert state(order).status == "Pending payment"


def test_an_event_that_lies_about_the_end_cancels_nothing(deliver, attempt, order, state):
    lie = {
        "id": "evt_lie",
        "type": "checkout.session.expired",
        "data": {"object": {"id": attempt.session_id, "status": "expired"}},
    }

    assert deliver(lie).status_code == 204

    assert (state(order).status, state(order).claimed) == ("Pending payment", 1)


def test_a_page_that_expired_cancels_the_order(deliver, attempt, stripe, events, order, state):
    stripe.advance(32 * 60)
    (event,) = events("checkout.session.expired")

    assert deliver(event).status_code == 204

    assert (state(order).status, state(order).claimed) == ("Cancelled", 0)


@pytest.mark.parametrize(
    "body",
    [[], {}, {"id": "evt_1", "type": COMPLETED}, {"id": 7, "type": COMPLETED, "data": {}}],
)
def test_what_is_no_event_is_refused(deliver, body):
    assert deliver(body).status_code == 400


def test_other_events_are_taken_and_left_alone(deliver):
    event = {"id": "evt_1", "type": "payout.paid", "data": {"object": {"id": "po_1"}}}

    assert deliver(event).status_code == 204
    assert not StripeEvent.objects.exists()


def test_an_event_about_somebody_elses_page_is_taken_and_left_alone(deliver, stripe):
    event = {"id": "evt_1", "type": COMPLETED, "data": {"object": {"id": "cs_test_theirs"}}}

    assert deliver(event).status_code == 204
    assert StripeEvent.objects.get().done_at is not None


def test_a_body_too_large_to_be_an_event_is_not_read(client):
    response = client.post(
        "/checkout/stripe/webhook/", b"x" * 1_000_001, content_type="application/json"
    )

    assert response.status_code == 413


def test_only_a_post_is_a_delivery(client):
    assert client.get("/checkout/stripe/webhook/").status_code == 405


def test_the_webhook_needs_no_session_and_sets_no_cookie(deliver, paid_event):
    assert not deliver(paid_event).cookies


def test_stripe_shall_come_again_when_it_cannot_be_asked(
    deliver, paid_event, shop, order, state, now
):
    base, shop.STRIPE_API_BASE = shop.STRIPE_API_BASE, "http://127.0.0.1:9"
    assert deliver(paid_event).status_code == 503
    kept = StripeEvent.objects.get()
    assert (kept.done_at, kept.tries, "Unreachable" in kept.error) == (None, 1, True)

    shop.STRIPE_API_BASE = base
    assert deliver(paid_event).status_code == 204

    assert state(order).status == "Paid"


@pytest.mark.parametrize("reason", [locks.Busy(), OperationalError("deadlock detected")])
def test_stripe_shall_come_again_when_the_order_is_held(
    deliver, paid_event, monkeypatch, reason
):
    def held(**_):
        raise reason

    monkeypatch.setattr(payments, "sync", held)

    assert deliver(paid_event).status_code == 503


def test_what_was_received_and_not_finished_is_finished_by_the_timer(
    paid_event, order, state, shop, now
):
    event = gateway.Event(paid_event["id"], COMPLETED, paid_event["data"]["object"]["id"], "")
    base, shop.STRIPE_API_BASE = shop.STRIPE_API_BASE, "http://127.0.0.1:9"
    with pytest.raises(gateway.Unreachable):
        inbox.receive(event=event, now=now)
    shop.STRIPE_API_BASE = base

    finished = inbox.finish_all(now=now + timezone.timedelta(minutes=1))

    assert (finished, state(order).status) == (1, "Paid")


def test_a_payment_on_a_page_whose_address_was_lost_finds_its_order(
    deliver, paid_event, attempt, order, state
):
    """The shop died between Stripe's answer and writing it down."""
    PaymentAttempt.objects.filter(pk=attempt.pk).update(
        session_id=None, page_url="", state="new"
    )

    assert deliver(paid_event).status_code == 204

    assert (state(order).status, state(order).attempts) == ("Paid", ["paid"])


@pytest.mark.parametrize("signature", ["t=1,v1=é", "", "nonsense", "t=é,v1=00"])
def test_a_signature_that_is_none_is_refused(client, signature):
    answer = client.post(
        "/checkout/stripe/webhook/",
        "{}",
        content_type="application/json",
        headers={"stripe-signature": signature},
    )

    assert answer.status_code == 400


def test_an_event_that_stripe_does_not_know_is_left_to_a_person(
    deliver, order, begin, pay, events, stripe
):
    attempt = begin(order)
    pay(attempt)
    (event,) = events("checkout.session.completed")
    stripe.store.run("DELETE FROM objects WHERE id = ?", (attempt.session_id,))

    assert deliver(event).status_code == 204

    assert StripeEvent.objects.get(pk=event["id"]).done_at is not None
    assert StaffNotice.objects.get().kind == "stripe"
