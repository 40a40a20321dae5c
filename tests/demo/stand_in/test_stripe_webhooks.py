"""Events arrive signed; late, twice, out of order or not at all when that is planned."""

import json

import pytest
import stripe

from bookstore.demo.stripe import shopper

COMPLETED, EXPIRED = "checkout.session.completed", "checkout.session.expired"


def test_an_event_says_what_was_at_its_time_and_who_asked(client, open_session, shop):
    session = open_session()

    client.v1.checkout.sessions.expire(session.id, options={"idempotency_key": "expire-1"})

    event = shop.wait_for(EXPIRED)
    assert event.id.startswith("evt_")
    assert event.api_version == stripe.api_version
    assert event.request.idempotency_key == "expire-1"
    assert event.data.object.status == "expired"
    assert event.pending_webhooks == 1


def test_events_are_listed_by_type_and_time(client, open_session):
    shopper.pay_by_card(open_session().url)

    listed = client.v1.events.list(params={"types": [COMPLETED, "charge.succeeded"]})
    intents = client.v1.events.list(params={"type": "payment_intent.*"})
    later = client.v1.events.list(params={"created": {"gt": listed.data[0].created}})

    assert [event.type for event in listed.data] == [COMPLETED, "charge.succeeded"]
    assert len(intents.data) == 2
    assert later.data == []
    assert client.v1.events.retrieve(listed.data[0].id).type == COMPLETED


def test_a_shop_that_answers_badly_is_asked_again(client, open_session, shop, settled):
    shop.answers = [500, 503]
    session = open_session()

    client.v1.checkout.sessions.expire(session.id)

    shop.wait_for(EXPIRED, times=3)
    settled()
    assert len(shop.deliveries) == 3
    assert len({event.id for event in shop.events}) == 1
    delivered = client.v1.events.list(params={"delivery_success": True})
    assert [event.pending_webhooks for event in delivered.data] == [0]


def test_events_wait_for_a_shop_that_is_not_there_yet(client, open_session, shop, stand_in):
    stand_in.webhook_url = "http://127.0.0.1:9/"
    session = open_session()
    client.v1.checkout.sessions.expire(session.id)

    stand_in.webhook_url = shop.url
    stand_in.advance(60)

    shop.wait_for(EXPIRED)


def test_a_dropped_delivery_never_comes_but_the_event_is_listed(
    client, open_session, shop, stand_in, settled
):
    stand_in.plan_fault("drop", only=COMPLETED)

    shopper.pay_by_card(open_session().url)

    settled()
    assert COMPLETED not in shop.types
    assert "payment_intent.succeeded" in shop.types
    assert len(client.v1.events.list(params={"type": COMPLETED}).data) == 1
    missed = client.v1.events.list(params={"delivery_success": False})
    assert [event.type for event in missed.data] == [COMPLETED]


def test_a_duplicated_delivery_comes_twice(open_session, shop, stand_in, settled):
    stand_in.plan_fault("duplicate", only=COMPLETED)

    shopper.pay_by_card(open_session().url)

    shop.wait_for(COMPLETED, times=2)
    settled()
    assert shop.types.count(COMPLETED) == 2
    assert len({event.id for event in shop.events if event.type == COMPLETED}) == 1


def test_a_reordered_delivery_comes_after_the_next_one(
    client, open_session, shop, stand_in, settled
):
    stand_in.plan_fault("reorder", only="payment_intent.succeeded")

    shopper.pay_by_card(open_session().url)

    settled()
    order = [t for t in shop.types if t in {COMPLETED, "payment_intent.succeeded"}]
    assert order == [COMPLETED, "payment_intent.succeeded"]


def test_reordering_that_stays_on_swaps_events_two_by_two(
    open_session, shop, stand_in, settled
):
    stand_in.plan_fault("reorder", count=None)

    shopper.pay_by_card(open_session().url)

    settled()
    assert shop.types == [
        "charge.succeeded",
        "payment_intent.created",
        COMPLETED,
        "payment_intent.succeeded",
    ]


def test_a_delay_that_stays_on_delays_each_event_once(
    client, open_session, shop, stand_in, put_off
):
    stand_in.plan_fault("delay", count=None, seconds=3600)
    client.v1.checkout.sessions.expire(open_session().id)
    put_off()

    stand_in.advance(3601)

    shop.wait_for(EXPIRED)


def test_a_fault_lasts_until_it_is_cleared(client, open_session, shop, stand_in, settled):
    stand_in.plan_fault("drop", count=None)
    for _ in range(3):
        client.v1.checkout.sessions.expire(open_session().id)
    settled()
    assert shop.deliveries == []

    stand_in.clear_faults("drop")

    client.v1.checkout.sessions.expire(open_session().id)
    shop.wait_for(EXPIRED)


def test_only_the_types_the_shop_asked_for_are_delivered(client, open_session, shop, settled):
    (endpoint,) = client.v1.webhook_endpoints.list().data
    changed = client.v1.webhook_endpoints.update(
        endpoint.id, params={"enabled_events": [COMPLETED]}
    )

    shopper.pay_by_card(open_session().url)
    client.v1.checkout.sessions.expire(open_session().id)

    settled()
    assert changed.enabled_events == [COMPLETED]
    assert shop.types == [COMPLETED]
    (unsent,) = client.v1.events.list(params={"type": EXPIRED}).data
    assert unsent.pending_webhooks == 0


def test_a_disabled_endpoint_takes_nothing(client, open_session, shop, settled):
    (endpoint,) = client.v1.webhook_endpoints.list().data
    client.v1.webhook_endpoints.update(endpoint.id, params={"disabled": True})

    client.v1.checkout.sessions.expire(open_session().id)

    settled()
    assert shop.deliveries == []
    assert client.v1.webhook_endpoints.retrieve(endpoint.id).status == "disabled"


def test_a_delayed_delivery_comes_when_its_time_has_come(client, open_session, shop, stand_in):
    stand_in.plan_fault("delay", seconds=3600, only=EXPIRED)
    late, paid = open_session(), open_session()
    client.v1.checkout.sessions.expire(late.id)
    shopper.pay_by_card(paid.url)
    shop.wait_for(COMPLETED)
    assert EXPIRED not in shop.types

    stand_in.advance(3601)

    shop.wait_for(EXPIRED)


def test_a_wrong_signature_is_no_signature(client, open_session, shop, stand_in):
    stand_in.plan_fault("wrong_secret")
    shop.answers = [400]
    session = open_session()

    client.v1.checkout.sessions.expire(session.id)

    shop.wait_for(EXPIRED)
    with pytest.raises(stripe.SignatureVerificationError, match="matching the expected"):
        shop.read(*shop.deliveries[0])


def test_an_old_signature_is_out_of_time(client, open_session, shop, stand_in):
    stand_in.plan_fault("old_timestamp")
    shop.answers = [400]
    session = open_session()

    client.v1.checkout.sessions.expire(session.id)

    shop.wait_for(EXPIRED)
    with pytest.raises(stripe.SignatureVerificationError, match="outside the tolerance"):
        shop.read(*shop.deliveries[0])


def test_an_event_can_be_delivered_again(client, open_session, shop, control):
    client.v1.checkout.sessions.expire(open_session().id)
    event = shop.wait_for(EXPIRED)

    control(f"events/{event.id}/deliver")

    shop.wait_for(EXPIRED, times=2)


def test_what_was_delivered_is_what_the_api_lists(client, open_session, shop):
    client.v1.checkout.sessions.expire(open_session().id)
    shop.wait_for(EXPIRED)
    body = json.loads(shop.deliveries[0][0])

    listed = client.v1.events.retrieve(body["id"])

    assert listed.data.object.id == body["data"]["object"]["id"]
