"""Checkout Sessions: opening one, and the ways it ends."""

from typing import Any

from bookstore.demo.stripe import deadlines, events, intents
from bookstore.demo.stripe.refusals import Refused
from bookstore.demo.stripe.store import Store, new_id

Body = dict[str, Any]

_LONGEST = 24 * 60 * 60
# The bank debit Stripe offers by itself for a currency.
_DEBITS = {"usd": "us_bank_account", "eur": "sepa_debit", "gbp": "bacs_debit"}
debits = frozenset(_DEBITS.values())


def create(store: Store, params: Body, *, base_url: str) -> Body:
    """Open a session whose page can be visited at its `url`."""
    now = store.clock.now()
    items = [_line_item(item) for item in params["line_items"]]
    total = sum(item["amount_total"] for item in items)
    currency = items[0]["currency"]
    session_id = new_id("cs_test_a1", length=56)
    expires_at = params.get("expires_at") or now + _LONGEST
    body = {
        "id": session_id,
        "object": "checkout.session",
        "adaptive_pricing": params.get("adaptive_pricing") or {"enabled": False},
        "after_expiration": None,
        "allow_promotion_codes": None,
        "allowed_payment_method_types": params.get("allowed_payment_method_types"),
        "amount_subtotal": total,
        "amount_total": total,
        "automatic_tax": {"enabled": False, "liability": None, "status": None},
        "billing_address_collection": params.get("billing_address_collection"),
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "client_secret": None,
        "consent": None,
        "created": now,
        "currency": currency,
        "currency_conversion": None,
        "custom_fields": [],
        "custom_text": {},
        "customer": None,
        "customer_creation": params.get("customer_creation", "if_required"),
        "customer_details": None,
        "customer_email": params.get("customer_email"),
        "discounts": [],
        "excluded_payment_method_types": params.get("excluded_payment_method_types"),
        "expires_at": expires_at,
        "integration_identifier": params.get("integration_identifier"),
        "invoice": None,
        "livemode": False,
        "locale": params.get("locale"),
        "metadata": params.get("metadata") or {},
        "mode": "payment",
        "origin_context": params.get("origin_context"),
        "payment_intent": None,
        "payment_link": None,
        "payment_method_collection": "if_required",
        "payment_method_options": {},
        "payment_method_types": _methods(params, currency),
        "payment_status": "unpaid" if total else "no_payment_required",
        "phone_number_collection": {"enabled": False},
        "recovered_from": None,
        "setup_intent": None,
        "shipping_cost": None,
        "shipping_options": [],
        "status": "open",
        "submit_type": params.get("submit_type"),
        "subscription": None,
        "success_url": params["success_url"],
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": f"{base_url}/c/pay/{session_id}",
        "wallet_options": None,
    }
    intent = params.get("payment_intent_data") or {}
    store.add(body, aside={"intent": intent, "line_items": items})
    due_at = store.clock.deadline(expires_at)
    deadlines.plan(store, session_id, verb="expire session", due_at=due_at)
    return body


def expire(store: Store, session: Body) -> Body:
    """End an open session unpaid.

    :raises Refused: when it is complete or expired.
    """
    if session["status"] != "open":
        message = (
            'Only Checkout Sessions with a status in ["open"] can be expired.'
            f" This Checkout Session has a status of {session['status']}."
        )
        raise Refused(message)
    deadlines.forget(store, session["id"])
    session["status"] = "expired"
    session["url"] = None
    store.save(session)
    if session["payment_intent"]:
        intents.cancel(store, store.get("payment_intent", session["payment_intent"]))
    events.record(store, "checkout.session.expired", session)
    return session


def expire_in_time(store: Store, session_id: str) -> None:
    """End a session whose time is over, if it is still open."""
    session = store.get("checkout.session", session_id)
    if session["status"] == "open":
        expire(store, session)


def complete(store: Store, session: Body, *, payer: Body, status: str) -> None:
    """End a session whose payer has done everything: `paid`, or `unpaid` for a debit."""
    deadlines.forget(store, session["id"])
    session["status"] = "complete"
    session["payment_status"] = status
    session["url"] = None
    session["customer_details"] = {
        "address": None,
        "business_name": None,
        "email": payer["email"],
        "individual_name": None,
        "name": payer["name"] or None,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }
    store.save(session)
    events.record(store, "checkout.session.completed", session)


def settle(store: Store, session: Body, *, is_paid: bool) -> None:
    """Note what the payer's bank answered after a debit session was complete."""
    if is_paid:
        session["payment_status"] = "paid"
        store.save(session)
    outcome = "succeeded" if is_paid else "failed"
    events.record(store, f"checkout.session.async_payment_{outcome}", session)


def success_url(session: Body) -> str:
    """Return where a payer goes after paying, the session's id filled in."""
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def _methods(params: Body, currency: str) -> list[str]:
    """Return the ways to pay: those of the currency that the shop has not ruled out.

    :raises Refused: when none is left.
    """
    eligible = ["card", _DEBITS[currency]] if currency in _DEBITS else ["card"]
    allowed = params.get("allowed_payment_method_types") or eligible
    excluded = params.get("excluded_payment_method_types") or []
    left = [method for method in eligible if method in allowed and method not in excluded]
    if not left:
        message = "No payment method of this stand-in is left to pay this session with."
        raise Refused(message, param="allowed_payment_method_types")
    return left


def _line_item(item: Body) -> Body:
    price = item["price_data"]
    currency = price["currency"].lower()
    amount = price["unit_amount"] * item["quantity"]
    return {
        "id": new_id("li_1"),
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": currency,
        "description": price["product_data"]["name"],
        "metadata": item.get("metadata") or {},
        "price": {
            "id": new_id("price_1"),
            "object": "price",
            "active": False,
            "currency": currency,
            "livemode": False,
            "product": new_id("prod_", length=14),
            "type": "one_time",
            "unit_amount": price["unit_amount"],
            "unit_amount_decimal": str(price["unit_amount"]),
        },
        "quantity": item["quantity"],
    }
