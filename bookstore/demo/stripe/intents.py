"""Payment intents and charges: one intent a session, one charge an attempt."""

from typing import Any

from bookstore.demo.stripe import events
from bookstore.demo.stripe.cards import Card
from bookstore.demo.stripe.store import Store, new_id

Body = dict[str, Any]


def open_for(store: Store, session: Body) -> Body:
    """Return the session's intent, made when the session is first confirmed.

    https://docs.stripe.com/changelog/2022-08-01/deferred-paymentintent-checkout-session
    """
    if session["payment_intent"]:
        return store.get("payment_intent", session["payment_intent"])
    wanted = store.aside(session["id"])["intent"]
    intent_id = new_id("pi_3")
    intent = store.add(
        {
            "id": intent_id,
            "object": "payment_intent",
            "amount": session["amount_total"],
            "amount_capturable": 0,
            "amount_details": {"tip": {}},
            "amount_received": 0,
            "application": None,
            "application_fee_amount": None,
            "automatic_payment_methods": None,
            "canceled_at": None,
            "cancellation_reason": None,
            "capture_method": wanted.get("capture_method", "automatic_async"),
            "client_secret": f"{intent_id}_secret_{new_id('', length=25)}",
            "confirmation_method": "automatic",
            "created": store.clock.now(),
            "currency": session["currency"],
            "customer": None,
            "description": wanted.get("description"),
            "last_payment_error": None,
            "latest_charge": None,
            "livemode": False,
            "metadata": wanted.get("metadata", {}),
            "next_action": None,
            "on_behalf_of": None,
            "payment_method": None,
            "payment_method_options": {},
            "payment_method_types": session["payment_method_types"],
            "processing": None,
            "receipt_email": wanted.get("receipt_email"),
            "review": None,
            "setup_future_usage": None,
            "shipping": None,
            "source": None,
            "statement_descriptor": wanted.get("statement_descriptor"),
            "statement_descriptor_suffix": wanted.get("statement_descriptor_suffix"),
            "status": "requires_payment_method",
            "transfer_data": None,
            "transfer_group": None,
        },
        aside={"session": session["id"]},
    )
    session["payment_intent"] = intent_id
    store.save(session)
    events.record(store, "payment_intent.created", intent)
    return intent


def ask_owner(store: Store, intent: Body) -> None:
    """Wait until the cardholder has answered the bank's question (3-D Secure)."""
    intent["status"] = "requires_action"
    intent["last_payment_error"] = None
    intent["next_action"] = {"type": "use_stripe_sdk", "use_stripe_sdk": {}}
    store.save(intent)
    events.record(store, "payment_intent.requires_action", intent)


def refuse_owner(store: Store, intent: Body) -> None:
    """Note that the cardholder did not pass the bank's question; nothing is charged."""
    message = (
        "We are unable to authenticate your payment method."
        " Please choose a different payment method and try again."
    )
    _fail(
        store,
        intent,
        {
            "code": "payment_intent_authentication_failure",
            "message": message,
            "type": "invalid_request_error",
        },
    )


def decline(store: Store, intent: Body, card: Card, *, payer: Body) -> None:
    """Charge a card whose bank says no."""
    error = {
        "code": card.error_code,
        "decline_code": card.decline_code,
        "message": card.message,
        "type": "card_error",
    }
    _fail(store, intent, error, charge=_charge(store, intent, payer=payer, status="failed"))


def succeed(store: Store, intent: Body, *, payer: Body) -> Body:
    """Charge the whole amount. Return the charge."""
    charge = _charge(store, intent, payer=payer, status="succeeded")
    _paid(store, intent, charge)
    return charge


def start_debit(store: Store, intent: Body, *, payer: Body) -> None:
    """Ask the payer's bank for the money; its answer comes days later."""
    charge = _charge(store, intent, payer=payer, status="pending")
    intent["status"] = "processing"
    intent["latest_charge"] = charge["id"]
    intent["next_action"] = None
    intent["last_payment_error"] = None
    store.save(intent)
    events.record(store, "charge.pending", charge)
    events.record(store, "payment_intent.processing", intent)


def settle_debit(store: Store, intent: Body) -> None:
    """Note that the payer's bank has paid."""
    charge = store.get("charge", intent["latest_charge"])
    charge.update(
        status="succeeded", paid=True, captured=True, amount_captured=charge["amount"]
    )
    charge["balance_transaction"] = new_id("txn_3")
    store.save(charge)
    _paid(store, intent, charge)


def fail_debit(store: Store, intent: Body) -> None:
    """Note that the payer's bank has refused."""
    charge = store.get("charge", intent["latest_charge"])
    error = {
        "code": "payment_intent_payment_attempt_failed",
        "message": "The customer's bank did not pay: there was not enough money.",
        "type": "invalid_request_error",
    }
    charge["status"] = "failed"
    _fail(store, intent, error, charge=charge)


def cancel(store: Store, intent: Body) -> None:
    """Give up an unpaid intent because its session has expired."""
    intent["status"] = "canceled"
    intent["canceled_at"] = store.clock.now()
    intent["cancellation_reason"] = "expired"
    intent["next_action"] = None
    store.save(intent)
    events.record(store, "payment_intent.canceled", intent)


def _paid(store: Store, intent: Body, charge: Body) -> None:
    intent.update(
        status="succeeded",
        amount_received=intent["amount"],
        latest_charge=charge["id"],
        last_payment_error=None,
        next_action=None,
        payment_method=charge["payment_method"],
    )
    store.save(intent)
    events.record(store, "charge.succeeded", charge)
    events.record(store, "payment_intent.succeeded", intent)


def _fail(store: Store, intent: Body, error: Body, *, charge: Body | None = None) -> None:
    """Record a failed attempt; the intent may be paid by another one."""
    intent["status"] = "requires_payment_method"
    intent["next_action"] = None
    intent["payment_method"] = None
    intent["last_payment_error"] = error
    if charge:
        error["charge"] = charge["id"]
        charge["failure_code"] = error["code"]
        charge["failure_message"] = error["message"]
        charge["outcome"] = {
            "network_status": "declined_by_network",
            "reason": error.get("decline_code"),
            "risk_level": "normal",
            "seller_message": "The bank did not return any further details.",
            "type": "issuer_declined",
        }
        store.save(charge)
        intent["latest_charge"] = charge["id"]
        events.record(store, "charge.failed", charge)
    store.save(intent)
    events.record(store, "payment_intent.payment_failed", intent)


def _charge(store: Store, intent: Body, *, payer: Body, status: str) -> Body:
    """Keep one attempt; `payer` has `name`, `email`, `method` and, of a card, `last4`."""
    is_paid = status == "succeeded"
    method = payer["method"]
    details = {"last4": payer.get("last4")}
    if method == "card":
        details |= {"brand": "visa", "country": "US", "funding": "credit", "network": "visa"}
        details |= {"exp_month": payer.get("exp_month"), "exp_year": payer.get("exp_year")}
    return store.add(
        {
            "id": new_id("py_3" if method != "card" else "ch_3"),
            "object": "charge",
            "amount": intent["amount"],
            "amount_captured": intent["amount"] if is_paid else 0,
            "amount_refunded": 0,
            "application": None,
            "application_fee": None,
            "application_fee_amount": None,
            "balance_transaction": new_id("txn_3") if is_paid else None,
            "billing_details": {
                "address": None,
                "email": payer.get("email"),
                "name": payer.get("name"),
                "phone": None,
                "tax_id": None,
            },
            "calculated_statement_descriptor": "NO MONEY MOVES",
            "captured": is_paid,
            "created": store.clock.now(),
            "currency": intent["currency"],
            "customer": None,
            "description": intent["description"],
            "disputed": False,
            "failure_balance_transaction": None,
            "failure_code": None,
            "failure_message": None,
            "fraud_details": {},
            "livemode": False,
            "metadata": intent["metadata"],
            "on_behalf_of": None,
            "outcome": {
                "network_status": "approved_by_network",
                "reason": None,
                "risk_level": "normal",
                "seller_message": "Payment complete.",
                "type": "authorized",
            },
            "paid": is_paid,
            "payment_intent": intent["id"],
            "payment_method": new_id("pm_1"),
            "payment_method_details": {"type": method, method: details},
            "receipt_email": intent["receipt_email"],
            "receipt_number": None,
            "receipt_url": None,
            "refunded": False,
            "review": None,
            "shipping": None,
            "source": None,
            "source_transfer": None,
            "statement_descriptor": intent["statement_descriptor"],
            "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
            "status": status,
            "transfer_data": None,
            "transfer_group": None,
        },
        aside={"refund": payer.get("refund", "succeeded")},
    )
