"""Refunds, never more than was paid."""

from typing import Any

from bookstore.demo.stripe import deadlines, disputes, events, money
from bookstore.demo.stripe.refusals import Refused, check_spoken, no_such
from bookstore.demo.stripe.store import Store, new_id

Body = dict[str, Any]

_BANK_TAKES = 2 * 24 * 60 * 60
_SPOKEN = frozenset({"amount", "charge", "expand", "metadata", "payment_intent", "reason"})


def create(store: Store, params: Body) -> Body:
    """Give back a charge's money, or a part of it.

    :raises Refused: when the charge is not paid, disputed, or has less left.
    """
    check_spoken(params, _SPOKEN)
    charge = _charge_of(store, params)
    amount = _amount(charge, params)
    if disputes.forbids_refund(store, charge):
        message = f"Charge {charge['id']} has been charged back; cannot issue a refund."
        raise Refused(message, code="charge_disputed")
    plan = store.aside(charge["id"]).get("refund", "succeeded")
    status, _, later = plan.partition(", then ")
    refund = store.add(
        {
            "id": new_id("re_3"),
            "object": "refund",
            "amount": amount,
            "balance_transaction": new_id("txn_3"),
            "charge": charge["id"],
            "created": store.clock.now(),
            "currency": charge["currency"],
            "destination_details": {"type": charge["payment_method_details"]["type"]},
            "metadata": params.get("metadata") or {},
            "payment_intent": charge["payment_intent"],
            "reason": params.get("reason"),
            "receipt_number": None,
            "source_transfer_reversal": None,
            "status": status,
            "transfer_reversal": None,
        }
    )
    before = {name: charge[name] for name in ("amount_refunded", "refunded")}
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    store.save(charge)
    events.record(store, "refund.created", refund)
    changed = {name: value for name, value in before.items() if charge[name] != value}
    events.record(store, "charge.refunded", charge, before=changed)
    if later:
        due_at = store.clock.deadline_now() + _BANK_TAKES
        deadlines.plan(store, refund["id"], verb=f"refund {later}", due_at=due_at)
    return refund


def succeed(store: Store, refund_id: str) -> None:
    """Note that the bank has taken the money of a pending refund."""
    refund = store.get("refund", refund_id)
    if refund["status"] == "pending":
        deadlines.forget(store, refund_id)
        refund["status"] = "succeeded"
        store.save(refund)
        _say_updated(store, refund, before={"status": "pending"})


def change(store: Store, refund: Body, params: Body) -> Body:
    """Replace entries of a refund's metadata, the only thing that can be changed."""
    before = {"metadata": refund["metadata"]}
    refund["metadata"] = refund["metadata"] | (params.get("metadata") or {})
    store.save(refund)
    _say_updated(store, refund, before=before)
    return refund


def fail(store: Store, refund_id: str) -> None:
    """Note that the bank has sent the money back: the charge is less refunded again."""
    refund = store.get("refund", refund_id)
    if refund["status"] not in {"pending", "succeeded"}:
        return
    deadlines.forget(store, refund_id)
    former = refund["status"]
    refund.update(
        status="failed",
        failure_reason="expired_or_canceled_card",
        failure_balance_transaction=new_id("txn_3"),
    )
    store.save(refund)
    charge = store.get("charge", refund["charge"])
    charge["amount_refunded"] -= refund["amount"]
    charge["refunded"] = False
    store.save(charge)
    _say_updated(store, refund, before={"status": former})
    events.record(store, "refund.failed", refund)


def _say_updated(store: Store, refund: Body, *, before: Body) -> None:
    """Record both events: the older one is still sent for refunds of charges."""
    events.record(store, "charge.refund.updated", refund, before=before)
    events.record(store, "refund.updated", refund, before=before)


def _charge_of(store: Store, params: Body) -> Body:
    """Return the paid charge that the parameters name."""
    charge_id = params.get("charge")
    if intent_id := params.get("payment_intent"):
        intent = store.find("payment_intent", intent_id)
        if not intent:
            raise no_such(noun="payment_intent", object_id=intent_id, param="payment_intent")
        if intent["status"] != "succeeded":
            message = (
                f"This PaymentIntent ({intent_id}) does not have a successful charge to refund."
            )
            raise Refused(message, param="payment_intent")
        charge_id = charge_id or intent["latest_charge"]
    if not charge_id:
        message = "One of the following params should be provided: payment_intent or charge."
        raise Refused(message, code="parameter_missing", param="payment_intent")
    charge = store.find("charge", charge_id)
    if not charge:
        raise no_such(noun="charge", object_id=charge_id, param="charge")
    if intent_id and charge["payment_intent"] != intent_id:
        message = f"Charge {charge_id} does not belong to PaymentIntent {intent_id}."
        raise Refused(message, param="charge")
    if not charge["paid"]:
        message = f"Charge {charge_id} has not been paid; cannot issue a refund."
        raise Refused(message, param="charge")
    return charge


def _amount(charge: Body, params: Body) -> int:
    """Return how much to give back: what is asked, or all that is left."""
    left = charge["amount"] - charge["amount_refunded"]
    if not left:
        message = f"Charge {charge['id']} has already been refunded."
        raise Refused(message, code="charge_already_refunded")
    amount = int(params.get("amount", left))
    if amount < 1:
        message = "Invalid positive integer"
        raise Refused(message, code="parameter_invalid_integer", param="amount")
    if amount > left:
        currency = charge["currency"]
        whose = "unrefunded amount on charge" if charge["amount_refunded"] else "charge amount"
        message = (
            f"Refund amount ({money.shown(amount, currency)}) is greater than {whose}"
            f" ({money.shown(left, currency)})"
        )
        raise Refused(message, param="amount")
    return amount
