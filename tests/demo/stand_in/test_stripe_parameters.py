"""Every endpoint knows the names, types and values of the pinned version, and no others."""

import pytest
import stripe

from bookstore.demo.stripe import endpoints, parameters

ENDPOINTS = {f"{each.method} {each.path.pattern}": each for each in endpoints.spoken}


@pytest.fixture
def ask(client):
    """Return a function that sends parameters the SDK's types would not let through."""

    def send(endpoint, **params):
        path = endpoint.path.pattern.replace("(?P<id>[A-Za-z0-9_]+)", "x_1")
        return client.raw_request(endpoint.method.lower(), path, **params)

    return send


@pytest.mark.parametrize("name", ENDPOINTS)
def test_an_unknown_name_is_refused_everywhere(ask, name):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        ask(ENDPOINTS[name], amuont=1)

    assert (refused.value.code, refused.value.param) == ("parameter_unknown", "amuont")


@pytest.mark.parametrize("name", ENDPOINTS)
def test_a_list_is_no_object_and_an_object_no_list(ask, name):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        ask(ENDPOINTS[name], expand="charge")

    assert (refused.value.param, refused.value.http_status) == ("expand", 400)


@pytest.mark.parametrize("name", ENDPOINTS)
def test_the_types_of_the_pinned_version_can_be_read(name):
    shape = ENDPOINTS[name].shape

    assert "expand" in parameters.names(shape)


@pytest.mark.parametrize(
    ("method", "path", "params", "param"),
    [
        ("post", "/v1/refunds", {"payment_intent": "pi_1", "reason": "bored"}, "reason"),
        ("post", "/v1/refunds", {"payment_intent": "pi_1", "amount": "1.5"}, "amount"),
        ("post", "/v1/refunds", {"payment_intent": "pi_1", "amount": ""}, "amount"),
        ("post", "/v1/refunds", {"payment_intent": {"id": "pi_1"}}, "payment_intent"),
        ("post", "/v1/refunds", {"payment_intent": "pi_1", "metadata": "a"}, "metadata"),
        ("post", "/v1/disputes/du_1", {"submit": "perhaps"}, "submit"),
        ("post", "/v1/disputes/du_1", {"evidence": {"alibi": "x"}}, "evidence[alibi]"),
        ("get", "/v1/checkout/sessions", {"status": "paid"}, "status"),
        ("get", "/v1/events", {"delivery_success": "1"}, "delivery_success"),
        ("get", "/v1/events", {"types": ["a.b"] * 21}, "types"),
        ("get", "/v1/events", {"types": ["a.b"], "type": "a.b"}, "types"),
        (
            "post",
            "/v1/webhook_endpoints/we_1StandIn",
            {"enabled_events": ["checkout.session.paid"]},
            "enabled_events[0]",
        ),
    ],
)
def test_a_wrong_type_or_value_is_refused(client, method, path, params, param):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.raw_request(method, path, **params)

    assert (refused.value.http_status, refused.value.param) == (400, param)


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"payment_method_types": ["card"]}, "payment_method_types"),
        ({"submit_type": "steal"}, "submit_type"),
        ({"locale": "tlh"}, "locale"),
        ({"metadata": {"k" * 41: "v"}}, "metadata[" + "k" * 41 + "]"),
        ({"metadata": {str(n): "v" for n in range(51)}}, "metadata"),
        ({"expires_at": "tomorrow"}, "expires_at"),
        ({"line_items": {"price": "x"}}, None),
    ],
)
def test_a_session_is_held_to_the_pinned_version(open_session, changes, param):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        open_session(**changes)

    assert refused.value.http_status == 400
    if param:
        assert refused.value.param == param


@pytest.mark.parametrize(
    "changes",
    [
        {"allow_promotion_codes": True},
        {"payment_intent_data": {"setup_future_usage": "off_session"}},
        {"adaptive_pricing": {"enabled": True}},
        {"phone_number_collection": {"enabled": True}},
        {"discounts": [{"coupon": "half"}]},
        {"payment_intent_data": {"capture_method": "manual"}},
    ],
)
def test_what_would_change_the_payment_is_refused_not_ignored(open_session, changes):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        open_session(**changes)

    assert refused.value.code == "stand_in_limit"


def test_the_ways_to_pay_are_those_the_shop_allows(open_session):
    assert open_session().payment_method_types == ["card", "us_bank_account"]
    assert open_session(allowed_payment_method_types=["card"]).payment_method_types == ["card"]
    excluded = open_session(excluded_payment_method_types=["card"])
    assert excluded.payment_method_types == ["us_bank_account"]
    with pytest.raises(stripe.InvalidRequestError, match="No payment method"):
        open_session(allowed_payment_method_types=["paypal"])


def test_what_is_answered_has_the_names_the_library_knows(client, pay, stand_in):
    intent = pay()
    refund = client.v1.refunds.create(params={"payment_intent": intent.id, "amount": 5})
    stand_in.open_dispute(intent.id)
    (dispute,), (session,) = client.v1.disputes.list(), client.v1.checkout.sessions.list()
    found = [intent, refund, dispute, session, *dispute.balance_transactions]
    found += [client.v1.charges.retrieve(intent.latest_charge)]
    found += [*client.v1.events.list(), *client.v1.webhook_endpoints.list()]

    unknown = {
        (type(each).__name__, name)
        for each in found
        for name in each.to_dict().keys() - type(each).__annotations__.keys()
    }

    assert unknown == set()
