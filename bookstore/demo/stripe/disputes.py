"""Disputes: a cardholder asks the bank for the money back.

The bank takes the money at once and gives it back if the shop wins. Before that it may
only inquire: no money moves, and the shop may still refund.
https://docs.stripe.com/disputes/how-disputes-work
"""

from typing import Any

from bookstore.demo.stripe import events, money
from bookstore.demo.stripe.refusals import Refused
from bookstore.demo.stripe.store import Store, new_id

Body = dict[str, Any]

_DAYS_TO_ANSWER = 10
_DAY = 24 * 60 * 60
_CLOSED = frozenset({"won", "lost", "warning_closed"})
_ENDED_WELL = frozenset({"won", "warning_closed"})
_HAS_TAKEN = frozenset({"needs_response", "under_review", "lost"})
# What the evidence of a test dispute may say: https://docs.stripe.com/testing#disputes
_DECIDES = {"winning_evidence": "won", "losing_evidence": "lost"}


def open_over(
    store: Store, charge: Body, *, amount: int | None = None, is_inquiry: bool = False
) -> Body:
    """Let the cardholder dispute a paid charge, all that was not given back or a part.

    An inquiry asks about it and takes nothing yet.

    :raises Refused: when the charge is unpaid, given back, or disputed already.
    """
    left = charge["amount_captured"] - charge["amount_refunded"]
    amount = left if amount is None else amount
    if not charge["paid"] or not left:
        message = f"Charge {charge['id']} holds no money to dispute."
        raise Refused(message, param="charge")
    if not 1 <= amount <= left:
        most = money.shown(left, charge["currency"])
        message = f"No more than {most} of charge {charge['id']} can be disputed."
        raise Refused(message, param="amount")
    if any(dispute["status"] not in _ENDED_WELL for dispute in over(store, charge)):
        message = f"Charge {charge['id']} is disputed already."
        raise Refused(message, code="charge_disputed", param="charge")
    charge["disputed"] = True
    store.save(charge)
    body = _body(charge, amount=amount, is_inquiry=is_inquiry, now=store.clock.now())
    dispute = store.add(body)
    events.record(store, "charge.dispute.created", dispute)
    if not is_inquiry:
        _withdraw(store, dispute)
    return dispute


def escalate(store: Store, dispute: Body) -> Body:
    """Let an inquiry become a dispute: the bank takes what has not been given back.

    :raises Refused: when it is no open inquiry, or nothing is left to take.
    """
    charge = store.get("charge", dispute["charge"])
    left = charge["amount_captured"] - charge["amount_refunded"]
    if not dispute["status"].startswith("warning_") or dispute["status"] in _CLOSED:
        message = "This is not an open inquiry."
        raise Refused(message)
    if not left:
        message = f"Charge {charge['id']} holds no money to dispute."
        raise Refused(message)
    before = {name: dispute[name] for name in ("status", "is_charge_refundable")}
    dispute["amount"] = min(dispute["amount"], left)
    dispute["status"] = "needs_response"
    dispute["is_charge_refundable"] = False
    store.save(dispute)
    events.record(store, "charge.dispute.updated", dispute, before=before)
    _withdraw(store, dispute)
    return dispute


def respond(store: Store, dispute: Body, params: Body) -> Body:
    """Keep the shop's evidence and, unless told not to, hand it to the bank.

    :raises Refused: when the dispute has ended.
    """
    _check_open(dispute)
    before = {name: dispute[name] for name in ("evidence", "metadata", "status")}
    dispute["evidence"] = dispute["evidence"] | (params.get("evidence") or {})
    dispute["metadata"] = dispute["metadata"] | (params.get("metadata") or {})
    dispute["evidence_details"]["has_evidence"] = bool(dispute["evidence"])
    is_handed_in = bool(params.get("evidence")) and params.get("submit", True)
    if is_handed_in:
        is_inquiry = dispute["status"].startswith("warning_")
        dispute["status"] = "warning_under_review" if is_inquiry else "under_review"
        dispute["evidence_details"]["submission_count"] += 1
    store.save(dispute)
    changed = {name: value for name, value in before.items() if dispute[name] != value}
    events.record(store, "charge.dispute.updated", dispute, before=changed)
    outcome = _DECIDES.get(dispute["evidence"].get("uncategorized_text", ""))
    if is_handed_in and outcome:
        close(store, dispute, outcome=outcome)
    return dispute


def close(store: Store, dispute: Body, *, outcome: str) -> Body:
    """End a dispute as `won` (the shop gets the money back) or `lost`.

    An inquiry ends well or, if the shop gives in, as a dispute that is lost.

    :raises Refused: when it has ended before.
    """
    _check_open(dispute)
    if dispute["status"].startswith("warning_"):
        if outcome == "won":
            outcome = "warning_closed"
        else:
            escalate(store, dispute)
    dispute["status"] = outcome
    if outcome == "won":
        _move(store, dispute, amount=dispute["amount"])
        events.record(store, "charge.dispute.funds_reinstated", dispute)
    store.save(dispute)
    events.record(store, "charge.dispute.closed", dispute)
    return dispute


def forbids_refund(store: Store, charge: Body) -> bool:
    """Tell whether a bank has taken the charge's money, so that none is left to refund."""
    return any(has_taken(dispute) for dispute in over(store, charge))


def has_taken(dispute: Body) -> bool:
    """Tell whether the bank has the money: while it decides, and after the shop has lost."""
    return dispute["status"] in _HAS_TAKEN


def over(store: Store, charge: Body) -> list[Body]:
    """Return the disputes over a charge, newest first."""
    if not charge["disputed"]:
        return []
    found = store.matching("dispute", payment_intent=charge["payment_intent"])
    return [dispute for dispute in found if dispute["charge"] == charge["id"]]


def _check_open(dispute: Body) -> None:
    if dispute["status"] in _CLOSED:
        message = "This dispute is already closed"
        raise Refused(message)


def _withdraw(store: Store, dispute: Body) -> None:
    _move(store, dispute, amount=-dispute["amount"])
    events.record(store, "charge.dispute.funds_withdrawn", dispute)


def _move(store: Store, dispute: Body, *, amount: int) -> None:
    """Note money leaving the account (below zero) or coming back; no fee is taken."""
    dispute["balance_transactions"].append(
        {
            "id": new_id("txn_1"),
            "object": "balance_transaction",
            "amount": amount,
            "available_on": store.clock.now(),
            "balance_type": "payments",
            "created": store.clock.now(),
            "currency": dispute["currency"],
            "description": f"Chargeback {'withdrawal' if amount < 0 else 'reversal'}"
            f" for {dispute['charge']}",
            "exchange_rate": None,
            "fee": 0,
            "fee_details": [],
            "net": amount,
            "reporting_category": "dispute" if amount < 0 else "dispute_reversal",
            "source": dispute["id"],
            "status": "available",
            "type": "adjustment",
        }
    )
    store.save(dispute)


def _body(charge: Body, *, amount: int, is_inquiry: bool, now: int) -> Body:
    method = charge["payment_method_details"]["type"]
    details: Body = {"type": method}
    if method == "card":
        details["card"] = {
            "brand": "visa",
            "case_type": "inquiry" if is_inquiry else "chargeback",
            "network_reason_code": "10.4",
        }
    return {
        "id": new_id("du_1"),
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": now,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {},
        "evidence_details": {
            "due_by": now + _DAYS_TO_ANSWER * _DAY,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": is_inquiry,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": details,
        "reason": "fraudulent",
        "status": "warning_needs_response" if is_inquiry else "needs_response",
    }
