"""Stripe's own books, to be compared with ours."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from checkout.gateway.client import asking, client
from checkout.gateway.events import Event, event_of

A_PAGE = 100


@dataclass(frozen=True)
class Payment:
    """A payment that reached Stripe, and what is left of it; amounts in minor units."""

    intent_id: str
    order_number: str
    attempt_id: str
    currency: str
    received: int
    refunded: int


def list_payments(*, since: datetime) -> Iterator[Payment]:
    """Yield the payments begun since a moment for which money has come, newest first.

    :raises Unreachable: if Stripe does not answer.
    """
    with asking():
        found = client().v1.payment_intents.list(
            {
                "created": {"gte": int(since.timestamp())},
                "limit": A_PAGE,
                "expand": ["data.latest_charge"],
            }
        )
        for intent in found.auto_paging_iter():
            if intent.amount_received and intent.latest_charge:
                metadata: Any = intent.metadata or {}
                yield Payment(
                    intent_id=intent.id,
                    order_number=str(metadata["order"]) if "order" in metadata else "",
                    attempt_id=str(metadata["attempt"]) if "attempt" in metadata else "",
                    currency=intent.currency.upper(),
                    received=intent.amount_received,
                    refunded=intent.latest_charge.amount_refunded,  # type: ignore[union-attr]
                )


def list_events(*, kinds: list[str], since: datetime) -> Iterator[Event]:
    """Yield the events of these kinds since a moment, oldest last.

    :raises Unreachable: if Stripe does not answer.
    """
    with asking():
        found = client().v1.events.list(
            {"types": kinds, "created": {"gte": int(since.timestamp())}, "limit": A_PAGE}
        )
        for event in found.auto_paging_iter():
            yield event_of(event.id, event.type, event.data.object.to_dict())
