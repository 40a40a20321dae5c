"""The part of Stripe's API that is spoken here: paths, parameters, answers."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from stripe import params as known
from stripe.params import checkout as known_checkout

from bookstore.demo.stripe import disputes, lists, refunds, session_rules, sessions
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
    for endpoint in _endpoints:
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
    return {"object": "list", "url": call.path, "has_more": False, "data": data}


def _create_refund(call: Call) -> Body:
    return refunds.create(call.store, call.params)


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
    sums: dict[str, int] = {}
    for charge in call.store.matching("charge", status="succeeded"):
        left = charge["amount"] - charge["amount_refunded"]
        sums[charge["currency"]] = sums.get(charge["currency"], 0) + left
    held = [{"amount": amount, "currency": code} for code, amount in sums.items()]
    return {"object": "balance", "available": held, "livemode": False, "pending": []}


def _webhook_endpoints(call: Call) -> Body:
    url = call.store.setting("webhook_url")
    endpoint: Body = {
        "id": "we_1StandIn",
        "object": "webhook_endpoint",
        "api_version": None,
        "created": 0,
        "enabled_events": ["*"],
        "livemode": False,
        "metadata": {},
        "status": "enabled",
        "url": url,
    }
    data = [endpoint] if url else []
    return {"object": "list", "url": call.path, "has_more": False, "data": data}


def _at(template: str) -> re.Pattern[str]:
    return re.compile("/v1/" + template.replace("{id}", "(?P<id>[A-Za-z0-9_]+)"))


_endpoints = (
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
    Endpoint("POST", _at("refunds"), known.RefundCreateParams, _create_refund),
    Endpoint(
        "GET",
        _at("refunds"),
        known.RefundListParams,
        _listing("refund", "payment_intent", "charge"),
    ),
    Endpoint("GET", _at("refunds/{id}"), known.RefundRetrieveParams, _retrieval("refund")),
    Endpoint(
        "GET",
        _at("disputes"),
        known.DisputeListParams,
        _listing("dispute", "payment_intent", "charge"),
    ),
    Endpoint("GET", _at("disputes/{id}"), known.DisputeRetrieveParams, _retrieval("dispute")),
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
)
