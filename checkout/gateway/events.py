"""Read Stripe's deliveries, and believe nothing in them but whose they are."""

import json
from dataclasses import dataclass
from typing import Any

import stripe
from django.conf import settings

LONGEST_ID = 255


class InvalidWebhook(Exception):
    """The delivery was not signed by Stripe, or is not an event."""


@dataclass(frozen=True)
class Event:
    """The ids in a webhook delivery; nothing else in it is believed."""

    id: str
    kind: str
    object_id: str
    intent_id: str


def read_event(*, payload: bytes, signature: str) -> Event:
    """Return the ids in a webhook delivery that one of our secrets has signed.

    :raises InvalidWebhook: if the payload or its signature is not Stripe's.
    """
    if not any(_is_signed(payload, signature, secret) for secret in _secrets()):
        raise InvalidWebhook
    try:
        body = json.loads(payload)
        event = event_of(body["id"], body["type"], body["data"]["object"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InvalidWebhook from error
    ids = (event.id, event.kind, event.object_id, event.intent_id)
    if not event.id or not all(_is_id(each) for each in ids):
        raise InvalidWebhook
    return event


def event_of(event_id: str, kind: str, about: Any) -> Event:
    """Return the ids in an event about an object of Stripe's."""
    object_id = about.get("id") or ""
    is_intent = about.get("object") == "payment_intent"
    intent = object_id if is_intent else about.get("payment_intent") or ""
    return Event(
        id=event_id,
        kind=kind,
        object_id=object_id,
        intent_id=intent if isinstance(intent, str) else intent["id"],
    )


def _is_id(value: object) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_ID and value.isprintable()


def _secrets() -> list[str]:
    return [secret for secret in settings.STRIPE_WEBHOOK_SECRETS if secret]


def _is_signed(payload: bytes, signature: str, secret: str) -> bool:
    if not signature.isascii():
        return False
    try:
        return stripe.WebhookSignature.verify_header(
            payload, signature, secret, tolerance=stripe.Webhook.DEFAULT_TOLERANCE
        )
    except (stripe.SignatureVerificationError, UnicodeDecodeError):
        return False
