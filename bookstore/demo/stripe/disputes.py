"""Disputes: a cardholder asks the bank for the money back."""

from typing import Any

from bookstore.demo.stripe import events
from bookstore.demo.stripe.refusals import Refused
from bookstore.demo.stripe.store import Store, new_id

Body = dict[str, Any]

_DAYS_TO_ANSWER = 10
_DAY = 24 * 60 * 60
_CLOSED = frozenset({"won", "lost"})


def open_over(store: Store, charge: Body) -> Body:
    """Let the cardholder dispute a paid charge."""
    now = store.clock.now()
    charge["disputed"] = True
    store.save(charge)
    dispute = store.add(
        {
            "id": new_id("du_1"),
            "object": "dispute",
            "amount": charge["amount"],
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
            "is_charge_refundable": False,
            "livemode": False,
            "metadata": {},
            "payment_intent": charge["payment_intent"],
            "payment_method_details": {
                "card": {"brand": "visa", "case_type": "chargeback"},
                "type": "card",
            },
            "reason": "fraudulent",
            "status": "needs_response",
        }
    )
    events.record(store, "charge.dispute.created", dispute)
    events.record(store, "charge.dispute.funds_withdrawn", dispute)
    return dispute


def close(store: Store, dispute: Body, *, outcome: str) -> Body:
    """End a dispute as `won` (the shop keeps the money) or `lost`.

    :raises Refused: when it has ended before.
    """
    if dispute["status"] in _CLOSED:
        message = "This dispute is already closed"
        raise Refused(message)
    dispute["status"] = outcome
    store.save(dispute)
    if outcome == "won":
        events.record(store, "charge.dispute.funds_reinstated", dispute)
    events.record(store, "charge.dispute.closed", dispute)
    return dispute


def holds(store: Store, charge: Body) -> bool:
    """Tell whether a dispute that is not won forbids refunding the charge."""
    found = store.matching("dispute", charge=charge["id"])
    return any(dispute["status"] != "won" for dispute in found)
