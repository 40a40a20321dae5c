"""Pages of Stripe's on which an order is paid (Checkout Sessions)."""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from stripe.params.checkout import SessionCreateParams

from checkout.gateway.client import Refused, asking, client

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Page:
    """What to ask for: a page on which one amount can be paid for one order."""

    order_number: str
    attempt_id: int
    name: str
    amount: int
    currency: str
    email: str
    expires_at: datetime
    success_url: str
    cancel_url: str

    @property
    def idempotency_key(self) -> str:
        """The key with which Stripe knows a repeated request."""
        return f"attempt-{self.attempt_id}"


@dataclass(frozen=True)
class Session:
    """What Stripe says about one page and the money paid there.

    `status` is `open`, `complete` or `expired`; `intent_status` is Stripe's word for
    the payment, empty before anything was tried. Amounts are in minor units.
    """

    id: str
    url: str
    status: str
    is_paid: bool
    amount: int
    currency: str
    livemode: bool
    order_number: str
    attempt_id: str
    intent_id: str
    intent_status: str
    intent_order_number: str
    amount_received: int
    intent_currency: str
    charge_id: str
    amount_refunded: int
    is_disputed: bool


def open_page(page: Page) -> Session:
    """Make a page, or get the one made before with the same attempt.

    :raises Unreachable: if Stripe does not answer; ask again with the same attempt.
    :raises Broken: if Stripe failed; this attempt will always get that answer.
    :raises Refused: if Stripe does not accept the request.
    """
    metadata = {"order": page.order_number, "attempt": str(page.attempt_id)}
    params: SessionCreateParams = {
        "mode": "payment",
        "client_reference_id": page.order_number,
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": page.currency.lower(),
                    "unit_amount": page.amount,
                    "product_data": {"name": page.name},
                },
            }
        ],
        "metadata": metadata,
        "payment_intent_data": {"capture_method": "automatic", "metadata": metadata},
        "adaptive_pricing": {"enabled": False},
        "expires_at": int(page.expires_at.timestamp()),
        "success_url": page.success_url,
        "cancel_url": page.cancel_url,
    }
    if page.email:
        params["customer_email"] = page.email
    with asking():
        return _session(
            client().v1.checkout.sessions.create(
                params=params, options={"idempotency_key": page.idempotency_key}
            )
        )


def read_session(session_id: str) -> Session:
    """Return what Stripe says now about a page and its payment, in one answer.

    :raises Unreachable: if Stripe does not answer.
    :raises Refused: if Stripe does not know the session.
    """
    with asking():
        return _session(
            client().v1.checkout.sessions.retrieve(
                session_id, params={"expand": ["payment_intent.latest_charge"]}
            )
        )


def find_session_id(intent_id: str) -> str:
    """Return the id of the page on which a payment was made; empty if on none.

    :raises Unreachable: if Stripe does not answer.
    """
    try:
        with asking():
            found = client().v1.checkout.sessions.list({"payment_intent": intent_id})
    except Refused:
        return ""
    return found.data[0].id if found.data else ""


def expire_page(session_id: str) -> None:
    """Let nobody pay on a page any more; a page that is over stays as it is.

    :raises Unreachable: if Stripe does not answer: the page may still be open.
    """
    try:
        with asking():
            client().v1.checkout.sessions.expire(session_id)
    except Refused as refused:
        logger.info("Session %s could not be expired: %s", session_id, refused)


def _session(found: Any) -> Session:
    intent = found.payment_intent
    # Created sessions name the intent, read ones contain it, unused ones have none.
    whole = None if intent is None or isinstance(intent, str) else intent
    charge = whole.latest_charge if whole else None
    metadata = found.metadata or {}
    return Session(
        id=found.id,
        url=found.url or "",
        status=found.status or "",
        is_paid=found.payment_status == "paid",
        amount=found.amount_total or 0,
        currency=(found.currency or "").upper(),
        livemode=found.livemode,
        order_number=found.client_reference_id or "",
        attempt_id=_entry(metadata, "attempt"),
        intent_id=(whole.id if whole else intent) or "",
        intent_status=whole.status if whole else "",
        intent_order_number=_entry(whole.metadata, "order") if whole else "",
        amount_received=whole.amount_received if whole else 0,
        intent_currency=whole.currency.upper() if whole else "",
        charge_id=charge.id if charge else "",
        amount_refunded=charge.amount_refunded if charge else 0,
        is_disputed=bool(charge and charge.disputed),
    )


def _entry(metadata: Any, name: str) -> str:
    return str(metadata[name]) if name in metadata else ""
