"""The only package that talks to Stripe."""

from checkout.gateway.books import Payment, list_events, list_payments
from checkout.gateway.client import (
    LARGEST_AMOUNT,
    SMALLEST_AMOUNT,
    Broken,
    Refused,
    UnderWay,
    Unreachable,
    is_live,
)
from checkout.gateway.events import Event, InvalidWebhook, read_event
from checkout.gateway.pages import (
    Page,
    Session,
    expire_page,
    find_session_id,
    open_page,
    read_session,
)
from checkout.gateway.returns import (
    Dispute,
    Refund,
    Returns,
    read_returns,
    send_refund,
)

__all__ = [
    "LARGEST_AMOUNT",
    "SMALLEST_AMOUNT",
    "Broken",
    "Dispute",
    "Event",
    "InvalidWebhook",
    "Page",
    "Payment",
    "Refund",
    "Refused",
    "Returns",
    "Session",
    "UnderWay",
    "Unreachable",
    "expire_page",
    "find_session_id",
    "is_live",
    "list_events",
    "list_payments",
    "open_page",
    "read_event",
    "read_returns",
    "read_session",
    "send_refund",
]
