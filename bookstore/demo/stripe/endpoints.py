"""The part of Stripe's API that is spoken here: paths, parameters, answers."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from stripe import params as known
from stripe.params import checkout as known_checkout

from bookstore.demo.stripe import (
    balance,
    disputes,
    lists,
    refunds,
    session_rules,
    sessions,
    webhook_endpoint,
)
from bookstore.demo.stripe.refusals import no_such
from bookstore.demo.stripe.store import Store

Body = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """A request whose parameters are sound."""

    store: Store
    path: str
    base_url: str
    object_id: str
    params: Body


@dataclass(frozen=True)
class Endpoint:
    """One method and path: the type of its parameters, and what it does."""

    method: str
    path: re.Pattern[str]
    shape: Any
    act: Callable[[Call], Body]
    check: Callable[[Call], None] | None = None


def find(method: str, path: str) -> tuple[Endpoint, str] | None:
    """Return the endpoint of a path and the id in the path, or None."""
    for endpoint in spoken:
        match = endpoint.path.fullmatch(path)
        if match and endpoint.method == method:
            return endpoint, match.groupdict().get("id") or ""
    return None


def _object(call: Call, kind: str) -> Body:
    found = call.store.find(kind, call.object_id)
    if found is None:
        raise no_such(kind, call.object_id)
    return found


def _retrieval(kind: str) -> Callable[[Call], Body]:
    return lambda call: _object(call, kind)


def _listing(kind: str, *fields: str) -> Callable[[Call], Body]:
    return lambda call: lists.page(call.store, kind, call.params, url=call.path, fields=fields)


def _check_session(call: Call) -> None:
    session_rules.check(call.params)
    session_rules.check_expiry(call.params, now=call.store.clock.now())


def _create_session(call: Call) -> Body:
    return sessions.create(call.store, call.params, base_url=call.base_url)


def _expire_session(call: Call) -> Body:
    return sessions.expire(call.store, _object(call, "checkout.session"))


def _line_items(call: Call) -> Body:
    session = _object(call, "checkout.session")
    data = call.store.aside(session["id"])["line_items"]
    return lists.page_of(data, call.params, url=call.path)


def _create_refund(call: Call) -> Body:
    return refunds.create(call.store, call.params)


def _change_refund(call: Call) -> Body:
    return refunds.change(call.store, _object(call, "refund"), call.params)


def _refunds_of_charge(call: Call) -> Body:
    params = call.params | {"charge": _object(call, "charge")["id"]}
    fields = ("charge", "payment_intent")
    return lists.page(call.store, "refund", params, url=call.path, fields=fields)


def _respond_to_dispute(call: Call) -> Body:
    return disputes.respond(call.store, _object(call, "dispute"), call.params)


def _close_dispute(call: Call) -> Body:
    return disputes.close(call.store, _object(call, "dispute"), outcome="lost")


def _account(_call: Call) -> Body:
    return {
        "id": "acct_1StandInNoMoney",
        "object": "account",
        "business_profile": {"name": "Stand-in for Stripe: no money moves"},
        "charges_enabled": True,
        "country": "US",
        "default_currency": "usd",
        "details_submitted": True,
        "email": None,
        "payouts_enabled": False,
        "type": "standard",
    }


def _balance(call: Call) -> Body:
    held = [
        {"amount": amount, "currency": code, "source_types": {"card": amount}}
        for code, amount in balance.by_currency(call.store).items()
    ]
    return {"object": "balance", "available": held, "livemode": False, "pending": []}


def _webhook_endpoints(call: Call) -> Body:
    return webhook_endpoint.listed(call.store, path=call.path)


def _webhook_endpoint(call: Call) -> Body:
    return webhook_endpoint.found(call.store, call.object_id)


def _change_webhook_endpoint(call: Call) -> Body:
    webhook_endpoint.found(call.store, call.object_id)
    return webhook_endpoint.change(call.store, call.params)


def _at(template: str) -> re.Pattern[str]:
    return re.compile("/v1/" + template.replace("{id}", "(?P<id>[A-Za-z0-9_]+)"))


spoken = (
    Endpoint(
        "POST",
        _at("checkout/sessions"),
        known_checkout.SessionCreateParams,
        _create_session,
        _check_session,
    ),
    Endpoint(
        "GET",
        _at("checkout/sessions"),
        known_checkout.SessionListParams,
        _listing("checkout.session", "payment_intent", "status"),
    ),
    Endpoint(
        "GET",
        _at("checkout/sessions/{id}"),
        known_checkout.SessionRetrieveParams,
        _retrieval("checkout.session"),
    ),
    Endpoint(
        "GET",
        _at("checkout/sessions/{id}/line_items"),
        known_checkout.SessionListLineItemsParams,
        _line_items,
    ),
    Endpoint(
        "POST",
        _at("checkout/sessions/{id}/expire"),
        known_checkout.SessionExpireParams,
        _expire_session,
    ),
    Endpoint(
        "GET", _at("payment_intents"), known.PaymentIntentListParams, _listing("payment_intent")
    ),
    Endpoint(
        "GET",
        _at("payment_intents/{id}"),
        known.PaymentIntentRetrieveParams,
        _retrieval("payment_intent"),
    ),
    Endpoint(
        "GET", _at("charges"), known.ChargeListParams, _listing("charge", "payment_intent")
    ),
    Endpoint("GET", _at("charges/{id}"), known.ChargeRetrieveParams, _retrieval("charge")),
    Endpoint("GET", _at("charges/{id}/refunds"), known.RefundListParams, _refunds_of_charge),
    Endpoint("POST", _at("refunds"), known.RefundCreateParams, _create_refund),
    Endpoint(
        "GET",
        _at("refunds"),
        known.RefundListParams,
        _listing("refund", "payment_intent", "charge"),
    ),
    Endpoint("GET", _at("refunds/{id}"), known.RefundRetrieveParams, _retrieval("refund")),
    Endpoint("POST", _at("refunds/{id}"), known.RefundUpdateParams, _change_refund),
    Endpoint(
        "GET",
        _at("disputes"),
        known.DisputeListParams,
        _listing("dispute", "payment_intent", "charge"),
    ),
    Endpoint("GET", _at("disputes/{id}"), known.DisputeRetrieveParams, _retrieval("dispute")),
    Endpoint("POST", _at("disputes/{id}"), known.DisputeUpdateParams, _respond_to_dispute),
    Endpoint("POST", _at("disputes/{id}/close"), known.DisputeCloseParams, _close_dispute),
    Endpoint("GET", _at("events"), known.EventListParams, _listing("event")),
    Endpoint("GET", _at("events/{id}"), known.EventRetrieveParams, _retrieval("event")),
    Endpoint("GET", _at("account"), known.AccountRetrieveCurrentParams, _account),
    Endpoint("GET", _at("balance"), known.BalanceRetrieveParams, _balance),
    Endpoint(
        "GET",
        _at("webhook_endpoints"),
        known.WebhookEndpointListParams,
        _webhook_endpoints,
    ),
    Endpoint(
        "GET",
        _at("webhook_endpoints/{id}"),
        known.WebhookEndpointRetrieveParams,
        _webhook_endpoint,
    ),
    Endpoint(
        "POST",
        _at("webhook_endpoints/{id}"),
        known.WebhookEndpointUpdateParams,
        _change_webhook_endpoint,
    ),
)
