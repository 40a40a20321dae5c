"""What the self-check asks Stripe: who we are, a page on trial, where events go."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import stripe

from checkout.gateway.client import Refused, Unreachable, client, is_live

AMOUNT = 500
OPEN_FOR = timedelta(minutes=31)


class KeyRefused(Exception):
    """Stripe does not know the key."""


class NotAllowed(Exception):
    """Stripe knows the key, and it may not do this."""


@dataclass(frozen=True)
class Account:
    """Who the key belongs to, and the version in which Stripe answers it."""

    id: str
    name: str
    country: str
    takes_payments: bool
    is_live: bool
    version: str


@dataclass(frozen=True)
class Trial:
    """A page that was asked for twice with one key, and ended."""

    url: str
    currency: str
    is_same: bool
    is_ended: bool


@dataclass(frozen=True)
class Endpoint:
    """An address to which Stripe sends events, and which."""

    url: str
    is_enabled: bool
    events: frozenset[str]


def version() -> str:
    """Return the version of Stripe's API that the shop was written for."""
    return stripe.api_version


def account() -> Account:
    """Return who we are to Stripe.

    :raises KeyRefused: if Stripe does not know the key.
    :raises NotAllowed: if the key may not read the account or its balance.
    :raises Unreachable: if Stripe does not answer.
    :raises Refused: if Stripe does not accept the request.
    """
    with _asking():
        balance = client().v1.balance.retrieve()
        found = client().v1.accounts.retrieve_current()
    headers = balance.last_response.headers if balance.last_response else {}
    profile = found.business_profile
    return Account(
        id=found.id,
        name=(profile.name if profile else "") or "",
        country=found.country or "",
        takes_payments=bool(found.charges_enabled),
        is_live=balance.livemode or is_live(),
        version=headers.get("Stripe-Version", ""),
    )


def try_page(*, currency: str, success_url: str, now: datetime) -> Trial:
    """Make a page to pay on, ask for it again as after a lost answer, and end it.

    :raises NotAllowed: if the key may not make pages.
    :raises Unreachable: if Stripe does not answer.
    :raises Refused: if Stripe does not accept the request.
    """
    params: stripe.params.checkout.SessionCreateParams = {
        "mode": "payment",
        "client_reference_id": "selfcheck",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": currency.lower(),
                    "unit_amount": AMOUNT,
                    "product_data": {"name": "Self-check: do not pay"},
                },
            }
        ],
        "metadata": {"selfcheck": "yes"},
        "payment_intent_data": {"capture_method": "automatic"},
        "adaptive_pricing": {"enabled": False},
        "expires_at": int((now + OPEN_FOR).timestamp()),
        "success_url": success_url,
    }
    options: stripe.RequestOptions = {"idempotency_key": f"selfcheck-{uuid.uuid4()}"}
    with _asking():
        sessions = client().v1.checkout.sessions
        made = sessions.create(params=params, options=options)
        try:
            again = sessions.create(params=params, options=options)
        finally:
            ended = sessions.expire(made.id)
    return Trial(
        url=made.url or "",
        currency=(made.currency or "").upper(),
        is_same=again.id == made.id,
        is_ended=ended.status == "expired",
    )


def endpoints() -> list[Endpoint]:
    """Return the addresses to which Stripe sends events.

    :raises NotAllowed: if the key may not read them.
    :raises Unreachable: if Stripe does not answer.
    :raises Refused: if Stripe does not accept the request.
    """
    with _asking():
        listed = client().v1.webhook_endpoints.list(params={"limit": 100})
        return [
            Endpoint(
                url=found.url,
                is_enabled=found.status == "enabled",
                events=frozenset(found.enabled_events),
            )
            for found in listed.auto_paging_iter()
        ]


@contextmanager
def _asking() -> Iterator[None]:
    """Turn the SDK's exceptions into ours."""
    try:
        yield
    except stripe.AuthenticationError as error:
        raise KeyRefused(str(error)) from error
    except stripe.PermissionError as error:
        raise NotAllowed(str(error)) from error
    except (stripe.APIConnectionError, stripe.RateLimitError, stripe.APIError) as error:
        raise Unreachable(str(error)) from error
    except stripe.StripeError as error:
        raise Refused(str(error)) from error
