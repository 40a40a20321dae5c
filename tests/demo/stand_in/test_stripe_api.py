"""The API is as strict as Stripe's, and answers a repeated request as Stripe does."""

import http.client
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import stripe

from bookstore.demo.stripe import NotATestKey, StandIn, shopper

ITEM = {
    "quantity": 1,
    "price_data": {
        "currency": "usd",
        "unit_amount": 3045,
        "product_data": {"name": "Order 100042"},
    },
}


def priced(**changes):
    return [ITEM | {"price_data": ITEM["price_data"] | changes}]


@pytest.mark.parametrize(
    ("changes", "code", "param"),
    [
        ({"colour": "red"}, "parameter_unknown", "colour"),
        (
            {"line_items": [ITEM | {"amount": 3045}]},
            "parameter_unknown",
            "line_items[0][amount]",
        ),
        (
            {"payment_intent_data": {"meta": {"a": "b"}}},
            "parameter_unknown",
            "payment_intent_data[meta]",
        ),
        ({"line_items": None}, "parameter_missing", "line_items"),
        ({"success_url": None}, "parameter_missing", "success_url"),
        (
            {"line_items": [{"quantity": 1, "price_data": {"unit_amount": 3045}}]},
            "parameter_missing",
            "line_items[0][price_data][currency]",
        ),
        ({"line_items": priced(product_data={})}, None, None),
        (
            {"line_items": priced(unit_amount="30.45")},
            "parameter_invalid_integer",
            "line_items[0][price_data][unit_amount]",
        ),
        ({"line_items": priced(unit_amount=49)}, "amount_too_small", None),
        ({"mode": "gift"}, None, "mode"),
        ({"mode": "subscription"}, "stand_in_limit", "mode"),
        ({"adaptive_pricing": {"enabled": "maybe"}}, None, "adaptive_pricing[enabled]"),
        ({"customer_email": "nowhere"}, "email_invalid", "customer_email"),
        ({"success_url": "/paid/"}, "url_invalid", "success_url"),
        ({"metadata": {"order": "x" * 501}}, None, "metadata[order]"),
        ({"expand": ["metadata.order.cards"]}, None, None),
    ],
)
def test_a_session_stripe_would_refuse_is_refused(client, open_session, changes, code, param):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        open_session(**changes)

    assert refused.value.http_status == 400
    if code:
        assert refused.value.code == code
    if param:
        assert refused.value.param == param
    assert client.v1.checkout.sessions.list().data == []


@pytest.mark.parametrize("minutes", [29, 24 * 60 + 1])
def test_a_session_lasts_from_half_an_hour_to_a_day(open_session, minutes):
    with pytest.raises(stripe.InvalidRequestError, match="expires_at") as refused:
        open_session(expires_at=int(time.time()) + minutes * 60)

    assert refused.value.param == "expires_at"


@pytest.mark.parametrize("key", ["sk_test_other", "sk_live_for_tests", "x"])
def test_another_key_is_not_let_in(connect, key):
    with pytest.raises(stripe.AuthenticationError) as refused:
        connect(key).v1.checkout.sessions.list()

    assert refused.value.http_status == 401


def test_a_live_key_is_not_taken():
    with pytest.raises(NotATestKey):
        StandIn(secret_key="sk_live_1", webhook_secret="whsec_1")


def test_an_unknown_id_or_path_is_not_found(client):
    with pytest.raises(stripe.InvalidRequestError) as unknown:
        client.v1.checkout.sessions.retrieve("cs_test_nothing")
    with pytest.raises(stripe.InvalidRequestError) as unspoken:
        client.v1.products.list()

    assert (unknown.value.http_status, unknown.value.code) == (404, "resource_missing")
    assert unspoken.value.http_status == 404
    assert unknown.value.request_id.startswith("req_")


def test_a_shop_can_check_who_it_talks_to(client):
    assert client.v1.accounts.retrieve_current().charges_enabled
    assert client.v1.balance.retrieve().livemode is False
    assert client.v1.webhook_endpoints.list().data[0].status == "enabled"


def test_an_open_session_can_be_expired_once(client, open_session, shop):
    session = open_session()

    expired = client.v1.checkout.sessions.expire(session.id)

    assert (expired.status, expired.payment_status, expired.url) == ("expired", "unpaid", None)
    assert shop.wait_for("checkout.session.expired").data.object.id == session.id
    with pytest.raises(stripe.InvalidRequestError, match="status of expired") as refused:
        client.v1.checkout.sessions.expire(session.id)
    assert refused.value.http_status == 400


def test_a_paid_session_cannot_be_expired(client, open_session):
    session = open_session()
    shopper.pay_by_card(session.url)

    with pytest.raises(stripe.InvalidRequestError, match="status of complete"):
        client.v1.checkout.sessions.expire(session.id)


def test_a_declined_payment_is_cancelled_with_its_session(client, open_session):
    session = open_session()
    shopper.pay_by_card(session.url, number="4000000000000002")

    client.v1.checkout.sessions.expire(session.id)

    expand = {"expand": ["payment_intent"]}
    seen = client.v1.checkout.sessions.retrieve(session.id, params=expand)
    assert seen.payment_intent.status == "canceled"


def test_a_session_expires_by_itself(client, open_session, shop, stand_in):
    session = open_session()

    stand_in.advance(30 * 60)
    still = client.v1.checkout.sessions.retrieve(session.id)
    stand_in.advance(61)

    assert still.status == "open"
    assert client.v1.checkout.sessions.retrieve(session.id).status == "expired"
    shop.wait_for("checkout.session.expired")
    assert open_session().status == "open"


def test_pages_of_a_list_hold_everything_once(client, open_session):
    opened = [open_session().id for _ in range(7)]

    first = client.v1.checkout.sessions.list(params={"limit": 3})
    found = [session.id for session in first.auto_paging_iter()]

    assert found == opened[::-1]
    assert len(first.data) == 3
    assert first.has_more
    last = client.v1.checkout.sessions.list(params={"limit": 3, "ending_before": found[5]})
    assert [session.id for session in last.data] == found[2:5]


def test_sessions_are_found_by_intent_and_by_status(client, open_session):
    paid, _still_open = open_session(), open_session()
    shopper.pay_by_card(paid.url)
    intent = client.v1.checkout.sessions.retrieve(paid.id).payment_intent

    by_intent = client.v1.checkout.sessions.list(params={"payment_intent": intent})
    by_status = client.v1.checkout.sessions.list(params={"status": "complete"})

    assert [session.id for session in by_intent.data] == [paid.id]
    assert [session.id for session in by_status.data] == [paid.id]


def test_expanding_puts_the_whole_object_in_the_place_of_its_id(client, open_session):
    session = open_session()
    shopper.pay_by_card(session.url)
    paths = {"expand": ["data.payment_intent.latest_charge.refunds", "data.line_items"]}

    (seen,) = client.v1.checkout.sessions.list(params=paths).data

    assert seen.payment_intent.latest_charge.refunds.data == []
    assert seen.line_items.data[0].amount_total == 3045


def test_the_same_key_gives_the_same_session(client, open_session):
    expires_at = int(time.time()) + 31 * 60

    first = open_session(key="attempt-1", expires_at=expires_at)
    again = open_session(key="attempt-1", expires_at=expires_at)

    assert again.id == first.id
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert len(client.v1.checkout.sessions.list().data) == 1


def test_the_same_key_for_another_order_is_refused(client, open_session):
    open_session(key="attempt-1")

    with pytest.raises(stripe.IdempotencyError) as refused:
        open_session(key="attempt-1", client_reference_id="100043")

    assert refused.value.http_status == 400
    assert len(client.v1.checkout.sessions.list().data) == 1


def test_a_key_in_use_is_refused_until_the_first_answer(client, open_session, stand_in):
    expires_at = int(time.time()) + 31 * 60
    stand_in.plan_fault("slow", seconds=0.5)

    start = threading.Barrier(2)

    def ask(_):
        start.wait()
        try:
            return open_session(key="attempt-1", expires_at=expires_at)
        except stripe.StripeError as refused:
            return refused

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(ask, range(2)))

    refused = [answer for answer in answers if isinstance(answer, stripe.StripeError)]
    assert [(each.http_status, each.error.code) for each in refused] == [
        (409, "idempotency_key_in_use")
    ]
    assert len(client.v1.checkout.sessions.list().data) == 1


def test_a_failure_is_stored_with_its_key(client, open_session, stand_in):
    expires_at = int(time.time()) + 31 * 60
    stand_in.plan_fault("fail_before")

    for _ in range(2):
        with pytest.raises(stripe.APIError) as failed:
            open_session(key="attempt-1", expires_at=expires_at)

    assert failed.value.http_status == 500
    assert failed.value.headers["Idempotent-Replayed"] == "true"
    assert open_session(key="attempt-2").status == "open"
    assert len(client.v1.checkout.sessions.list().data) == 1


def test_a_failure_after_the_work_is_stored_too(client, open_session, stand_in):
    stand_in.plan_fault("fail_after", only="POST /v1/checkout/sessions")

    with pytest.raises(stripe.APIError):
        open_session(key="attempt-1")

    assert len(client.v1.checkout.sessions.list().data) == 1


def test_a_refused_parameter_is_not_stored_with_its_key(open_session):
    with pytest.raises(stripe.InvalidRequestError):
        open_session(key="attempt-1", colour="red")

    assert open_session(key="attempt-1").status == "open"


def test_a_key_is_forgotten_after_a_day(client, open_session, stand_in):
    expires_at = int(time.time()) + 31 * 60
    first = open_session(key="attempt-1", expires_at=expires_at)

    stand_in.advance(24 * 60 * 60 + 1)
    second = open_session(key="attempt-1", expires_at=expires_at)

    assert second.id != first.id
    assert open_session(key="attempt-1", expires_at=expires_at).id == second.id


def test_a_lost_response_and_the_sdks_retry_make_one_session(
    connect, client, open_session, stand_in
):
    stand_in.plan_fault("lose_response", only="POST *")

    session = open_session(using=connect(retries=2))

    assert session.last_response.headers["Idempotent-Replayed"] == "true"
    assert [each.id for each in client.v1.checkout.sessions.list().data] == [session.id]


def test_a_lost_response_without_a_retry_is_a_lost_connection(client, open_session, stand_in):
    stand_in.plan_fault("lose_response")

    with pytest.raises(stripe.APIConnectionError):
        open_session(key="attempt-1")

    assert len(client.v1.checkout.sessions.list().data) == 1


def test_too_many_requests_do_nothing(client, open_session, stand_in):
    stand_in.plan_fault("rate_limit")

    with pytest.raises(stripe.RateLimitError):
        open_session(key="attempt-1")

    assert client.v1.checkout.sessions.list().data == []
    assert open_session(key="attempt-1").status == "open"


def test_a_slow_answer_is_too_late_and_the_work_is_done(stand_in, client, open_session):
    impatient = stripe.StripeClient(
        "sk_test_for_tests",
        base_addresses={"api": stand_in.base_url},
        http_client=stripe.RequestsClient(timeout=0.1),
        max_network_retries=0,
    )
    stand_in.plan_fault("slow", seconds=0.4, only="POST /v1/checkout/sessions")

    with pytest.raises(stripe.APIConnectionError, match="timed out"):
        open_session(using=impatient, key="attempt-1")
    time.sleep(0.5)

    assert len(client.v1.checkout.sessions.list().data) == 1


def test_another_version_of_the_api_is_not_spoken(stand_in):
    old = stripe.StripeClient(
        "sk_test_for_tests",
        base_addresses={"api": stand_in.base_url},
        stripe_version="2020-08-27",
    )

    with pytest.raises(stripe.InvalidRequestError, match="2020-08-27"):
        old.v1.balance.retrieve()


def test_one_connection_serves_many_requests_and_ends_with_the_stand_in():
    stand_in = StandIn(secret_key="sk_test_1", webhook_secret="whsec_1")
    with stand_in.serving():
        connection = http.client.HTTPConnection(*stand_in.base_url[7:].split(":"), timeout=5)
        connection.connect()
        kept = connection.sock
        for _ in range(3):
            connection.request("GET", "/v1/balance")
            with connection.getresponse() as answer:
                assert answer.status == 401
                answer.read()
        assert connection.sock is kept
        began = time.monotonic()

    assert time.monotonic() - began < 3
    assert kept.recv(1) == b""
    connection.close()


def test_a_restart_forgets_nothing(tmp_path, open_session):
    data = str(tmp_path / "kept" / "stripe.sqlite3")
    secrets = {"secret_key": "sk_test_for_tests", "webhook_secret": "whsec_1", "data": data}

    def connect(account):
        base = {"api": account.base_url}
        return stripe.StripeClient("sk_test_for_tests", base_addresses=base)

    with StandIn(**secrets).serving() as before:
        session = open_session(using=connect(before), key="attempt-1")
        shopper.pay_by_card(session.url)
    with StandIn(**secrets).serving() as after:
        seen = connect(after).v1.checkout.sessions.retrieve(session.id)

    assert seen.payment_status == "paid"
