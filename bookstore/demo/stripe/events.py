"""What happened, as Stripe records it: an event keeps the object as it was just then."""

from typing import Any

import stripe

from bookstore.demo.stripe import deliveries, webhook_endpoint
from bookstore.demo.stripe.store import Store, new_id


def record(
    store: Store, kind: str, subject: dict[str, Any], *, before: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Keep an event about `subject` and queue its delivery, if the shop asked for its type.

    Call inside a change.

    `before` holds the former values of the fields that an `.updated` event is about.
    """
    data: dict[str, Any] = {"object": subject}
    if before:
        data["previous_attributes"] = before
    is_wanted = webhook_endpoint.takes(store, kind)
    event = store.add(
        {
            "id": new_id("evt_"),
            "object": "event",
            "account": None,
            "api_version": stripe.api_version,
            "context": None,
            "created": store.clock.now(),
            "data": data,
            "livemode": False,
            "pending_webhooks": int(is_wanted),
            "request": {
                "id": store.cause.request_id,
                "idempotency_key": store.cause.idempotency_key,
            },
            "type": kind,
        },
        aside={"about": subject["id"]},
    )
    if is_wanted:
        deliveries.queue(store, event)
    return event
