"""What a payer does on the hosted page: pays, answers the bank, or fails to."""

from typing import Any

from bookstore.demo.stripe import deadlines, disputes, intents, sessions
from bookstore.demo.stripe.cards import Card, of_number
from bookstore.demo.stripe.store import Store

Body = dict[str, Any]

PAYS, REFUSES = "000123456789", "000111111116"
_SLOW_REFUND = "pending, then succeeded"
_BANK_TAKES = 3 * 24 * 60 * 60


class Ended(Exception):
    """The session is complete or expired, so nothing more can be paid in it."""


class Declined(Exception):
    """The bank refused; the payer may try again in the same session."""


class OwnerAsked(Exception):
    """The bank wants an answer from the cardholder first (3-D Secure)."""


def pay_by_card(store: Store, session_id: str, *, number: str, payer: Body) -> None:
    """Try to pay a session with a card.

    :raises Ended: when the session is not open any more.
    :raises Declined: when the card's bank refuses; the attempt is on record.
    :raises OwnerAsked: when the cardholder has to answer first.
    """
    card = of_number(number)
    payer = payer | {"method": "card", "last4": number[-4:], "refund": card.refund}
    with store.change():
        session = _open_session(store, session_id)
        intent = intents.open_for(store, session)
        if card.asks_owner:
            intents.ask_owner(store, intent)
            store.remember(intent["id"], payer=payer, number=card.number)
        elif card.is_declined:
            intents.decline(store, intent, card, payer=payer)
        else:
            _pay(store, session, intent, card=card, payer=payer)
    # Raised outside, so that the attempt stays on record.
    if card.asks_owner:
        raise OwnerAsked
    if card.is_declined:
        raise Declined(card.message)


def answer_bank(store: Store, session_id: str, *, is_owner: bool) -> None:
    """Give the cardholder's answer to the bank's question.

    :raises Ended: when the session is not open any more, or nothing was asked.
    :raises Declined: when the cardholder failed the question.
    """
    with store.change():
        session = _open_session(store, session_id)
        if not is_asked(store, session):
            raise Ended
        intent = intents.open_for(store, session)
        if is_owner:
            aside = store.aside(intent["id"])
            card = of_number(aside["number"])
            _pay(store, session, intent, card=card, payer=aside["payer"])
        else:
            intents.refuse_owner(store, intent)
    if not is_owner:
        raise Declined(intent["last_payment_error"]["message"])


def is_asked(store: Store, session: Body) -> bool:
    """Tell whether the bank waits for the cardholder's answer."""
    if session["status"] != "open" or not session["payment_intent"]:
        return False
    intent = store.get("payment_intent", session["payment_intent"])
    return bool(intent["status"] == "requires_action")


def pay_by_debit(store: Store, session_id: str, *, account: str, payer: Body) -> None:
    """Complete a session by bank debit: the money comes, or fails to, days later.

    :raises Ended: when the session is not open any more.
    """
    with store.change():
        session = _open_session(store, session_id)
        method = next(m for m in session["payment_method_types"] if m in sessions.debits)
        payer = payer | {"method": method, "last4": account[-4:], "refund": _SLOW_REFUND}
        intent = intents.open_for(store, session)
        intents.start_debit(store, intent, payer=payer)
        sessions.complete(store, session, payer=payer, status="unpaid")
        verb = "fail debit" if account == REFUSES else "settle debit"
        due_at = store.clock.deadline_now() + _BANK_TAKES
        deadlines.plan(store, intent["id"], verb=verb, due_at=due_at)


def take_for_nothing(store: Store, session_id: str, *, payer: Body) -> None:
    """Complete a session that costs nothing.

    :raises Ended: when the session is not open any more.
    """
    with store.change():
        session = _open_session(store, session_id)
        sessions.complete(store, session, payer=payer, status="no_payment_required")


def settle_debit(store: Store, intent_id: str) -> None:
    """Let the payer's bank pay; nothing happens unless it was asked."""
    intent = store.get("payment_intent", intent_id)
    if intent["status"] == "processing":
        deadlines.forget(store, intent_id)
        intents.settle_debit(store, intent)
        sessions.settle(store, _session_of(store, intent_id), is_paid=True)


def fail_debit(store: Store, intent_id: str) -> None:
    """Let the payer's bank refuse; nothing happens unless it was asked."""
    intent = store.get("payment_intent", intent_id)
    if intent["status"] == "processing":
        deadlines.forget(store, intent_id)
        intents.fail_debit(store, intent)
        sessions.settle(store, _session_of(store, intent_id), is_paid=False)


def _pay(store: Store, session: Body, intent: Body, *, card: Card, payer: Body) -> None:
    charge = intents.succeed(store, intent, payer=payer)
    sessions.complete(store, session, payer=payer, status="paid")
    if card.is_disputed or card.is_inquired:
        disputes.open_over(store, charge, is_inquiry=card.is_inquired)


def _open_session(store: Store, session_id: str) -> Body:
    session = store.get("checkout.session", session_id)
    if session["status"] != "open":
        raise Ended
    return session


def _session_of(store: Store, intent_id: str) -> Body:
    return store.get("checkout.session", store.aside(intent_id)["session"])
