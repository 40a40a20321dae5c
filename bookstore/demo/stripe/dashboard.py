"""What happens at Stripe without the shop asking: by its dashboard, a bank, a cardholder.

Each is one change; a payment may be named by its intent or by its charge.
"""

from typing import Any

from bookstore.demo.stripe import checkout, deliveries, disputes, refunds, sessions
from bookstore.demo.stripe.refusals import Refused, no_such
from bookstore.demo.stripe.store import Store, type_of_id

Body = dict[str, Any]


def refund(store: Store, paid_id: str, *, amount: int | None = None) -> Body:
    """Give a payment back, all that is left of it or so many minor units.

    :raises Refused: when there is not so much left, or it is disputed.
    """
    noun = "charge" if type_of_id.get(paid_id[:3]) == "charge" else "payment_intent"
    params: Body = {noun: paid_id, "reason": "requested_by_customer"}
    if amount is not None:
        params["amount"] = amount
    with store.change():
        return refunds.create(store, params)


def settle_refund(store: Store, refund_id: str, *, is_taken: bool) -> None:
    """Let the bank take a refund's money, or send it back."""
    with store.change():
        found = _find(store, "refund", refund_id)
        if found["status"] != "pending" and (is_taken or found["status"] != "succeeded"):
            message = f"This refund has {found['status']}."
            raise Refused(message)
        (refunds.succeed if is_taken else refunds.fail)(store, refund_id)


def open_dispute(
    store: Store, paid_id: str, *, amount: int | None = None, is_inquiry: bool = False
) -> Body:
    """Let the cardholder dispute a payment, all that is left of it or so many minor units.

    An inquiry takes no money yet.

    :raises Refused: when there is nothing to dispute, or it is disputed already.
    """
    with store.change():
        charge = _charge(store, paid_id)
        return disputes.open_over(store, charge, amount=amount, is_inquiry=is_inquiry)


def escalate_dispute(store: Store, dispute_id: str) -> Body:
    """Let an inquiry become a dispute.

    :raises Refused: when it is no open inquiry, or nothing is left to take.
    """
    with store.change():
        return disputes.escalate(store, _find(store, "dispute", dispute_id))


def close_dispute(store: Store, dispute_id: str, *, is_won: bool) -> Body:
    """Let the bank decide for the shop (won) or for the cardholder (lost).

    :raises Refused: when it has decided before.
    """
    with store.change():
        dispute = _find(store, "dispute", dispute_id)
        return disputes.close(store, dispute, outcome="won" if is_won else "lost")


def settle_debit(store: Store, intent_id: str, *, is_paid: bool) -> None:
    """Let the payer's bank answer a debit.

    :raises Refused: when it was not asked, or has answered.
    """
    with store.change():
        if _find(store, "payment_intent", intent_id)["status"] != "processing":
            message = "The bank was not asked, or has answered."
            raise Refused(message)
        (checkout.settle_debit if is_paid else checkout.fail_debit)(store, intent_id)


def expire_session(store: Store, session_id: str) -> Body:
    """End an open page.

    :raises Refused: when it is not open.
    """
    with store.change():
        return sessions.expire(store, _find(store, "checkout.session", session_id))


def deliver_again(store: Store, event_id: str) -> None:
    """Send an event to the shop once more."""
    with store.change():
        deliveries.queue(store, _find(store, "event", event_id))


def _charge(store: Store, paid_id: str) -> Body:
    if type_of_id.get(paid_id[:3]) == "charge":
        return _find(store, "charge", paid_id)
    intent = _find(store, "payment_intent", paid_id)
    if not intent["latest_charge"]:
        message = f"Nothing was charged on {paid_id}."
        raise Refused(message)
    return _find(store, "charge", intent["latest_charge"])


def _find(store: Store, kind: str, object_id: str) -> Body:
    found = store.find(kind, object_id)
    if found is None:
        raise no_such(kind, object_id)
    return found
