"""The only module that talks to Stripe."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

import stripe
from django.conf import settings
from stripe.params.checkout import SessionCreateParams

logger = logging.getLogger(__name__)

NOT_NOW = {
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.CONFLICT,
    HTTPStatus.TOO_MANY_REQUESTS,
}
LONGEST_ID = 255


# What one payment may come to, in minor units (Stripe: minimum and maximum charge amounts).
SMALLEST_AMOUNT = 50
LARGEST_AMOUNT = 99_999_999


class Unreachable(Exception):
    """Stripe did not answer, or not now; the same request may be made again."""


class Broken(Unreachable):
    """Stripe answered with a 5xx, which it repeats for the same idempotency key."""


class Refused(Exception):
    """Stripe understood the request and will not do it."""


class InvalidWebhook(Exception):
    """The delivery was not signed by Stripe, or is not an event."""


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


@dataclass(frozen=True)
class Event:
    """The ids in a webhook delivery; nothing else in it is believed."""

    id: str
    kind: str
    object_id: str
    intent_id: str


def is_live() -> bool:
    """Whether the shop's key moves real money."""
    return "_live_" in settings.STRIPE_SECRET_KEY


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
    with _asking():
        return _session(
            _client().v1.checkout.sessions.create(
                params=params, options={"idempotency_key": page.idempotency_key}
            )
        )


def read_session(session_id: str) -> Session:
    """Return what Stripe says now about a page and its payment, in one answer.

    :raises Unreachable: if Stripe does not answer.
    :raises Refused: if Stripe does not know the session.
    """
    with _asking():
        return _session(
            _client().v1.checkout.sessions.retrieve(
                session_id, params={"expand": ["payment_intent"]}
            )
        )


def expire_page(session_id: str) -> None:
    """Let nobody pay on a page any more; a page that is over stays as it is.

    :raises Unreachable: if Stripe does not answer: the page may still be open.
    """
    try:
        with _asking():
            _client().v1.checkout.sessions.expire(session_id)
    except Refused as refused:
        logger.info("Session %s could not be expired: %s", session_id, refused)


def read_event(*, payload: bytes, signature: str) -> Event:
    """Return the ids in a webhook delivery that one of our secrets has signed.

    :raises InvalidWebhook: if the payload or its signature is not Stripe's.
    """
    if not any(_is_signed(payload, signature, secret) for secret in _secrets()):
        raise InvalidWebhook
    try:
        body = json.loads(payload)
        about = body["data"]["object"]
        intent = about.get("payment_intent") or ""
        event = Event(
            id=body["id"],
            kind=body["type"],
            object_id=about.get("id") or "",
            intent_id=intent if isinstance(intent, str) else intent["id"],
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InvalidWebhook from error
    ids = (event.id, event.kind, event.object_id, event.intent_id)
    if not event.id or not all(_is_id(each) for each in ids):
        raise InvalidWebhook
    return event


def _is_id(value: object) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_ID and value.isprintable()


def _secrets() -> list[str]:
    return [secret for secret in settings.STRIPE_WEBHOOK_SECRETS if secret]


def _is_signed(payload: bytes, signature: str, secret: str) -> bool:
    try:
        return stripe.WebhookSignature.verify_header(
            payload, signature, secret, tolerance=stripe.Webhook.DEFAULT_TOLERANCE
        )
    except (stripe.SignatureVerificationError, UnicodeDecodeError):
        return False


def _client() -> stripe.StripeClient:
    """Return a client that gives up within ten seconds: two tries of four and a pause."""
    base = settings.STRIPE_API_BASE
    return stripe.StripeClient(
        settings.STRIPE_SECRET_KEY,
        base_addresses={"api": base} if base else None,
        http_client=stripe.RequestsClient(timeout=settings.STRIPE_TIMEOUT_SECONDS),
        max_network_retries=1,
    )


@contextmanager
def _asking() -> Iterator[None]:
    """Turn the SDK's exceptions into ours."""
    try:
        yield
    except stripe.StripeError as error:
        status = error.http_status or 0
        if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            logger.exception("Stripe does not accept STRIPE_SECRET_KEY")
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise Broken(str(error)) from error
        if status < HTTPStatus.BAD_REQUEST or status in NOT_NOW:
            raise Unreachable(str(error)) from error
        raise Refused(str(error)) from error


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
        charge_id=(charge if isinstance(charge, str) else charge.id) if charge else "",
    )


def _entry(metadata: Any, name: str) -> str:
    return str(metadata[name]) if name in metadata else ""
