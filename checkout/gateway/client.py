"""Reach Stripe: one client, and its failures in our own words."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from http import HTTPStatus

import stripe
from django.conf import settings

logger = logging.getLogger(__name__)

NOT_NOW = {
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.TOO_MANY_REQUESTS,
}

# What one payment may come to, in minor units (Stripe: minimum and maximum charge amounts).
SMALLEST_AMOUNT = 50
LARGEST_AMOUNT = 99_999_999


class Unreachable(Exception):
    """Stripe did not answer, or not now; the same request may be made again."""


class Broken(Unreachable):
    """Stripe answered with a 5xx, which it repeats for the same idempotency key."""


class UnderWay(Unreachable):
    """Stripe is still working on the same request."""


class Refused(Exception):
    """Stripe understood the request and will not do it."""


def is_live() -> bool:
    """Whether the shop's key moves real money."""
    return "_live_" in settings.STRIPE_SECRET_KEY


def client() -> stripe.StripeClient:
    """Return a client that gives up within ten seconds: two tries of four and a pause."""
    base = settings.STRIPE_API_BASE
    return stripe.StripeClient(
        settings.STRIPE_SECRET_KEY,
        base_addresses={"api": base} if base else None,
        http_client=_http(settings.STRIPE_TIMEOUT_SECONDS),
        max_network_retries=1,
    )


@lru_cache
def _http(timeout: int) -> stripe.HTTPClient:
    """Keep connections open from one request to the next."""
    return stripe.RequestsClient(timeout=timeout)


@contextmanager
def asking() -> Iterator[None]:
    """Turn the SDK's exceptions into ours."""
    try:
        yield
    except stripe.StripeError as error:
        status = error.http_status or 0
        if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            logger.exception("Stripe does not accept STRIPE_SECRET_KEY")
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise Broken(str(error)) from error
        if status == HTTPStatus.CONFLICT:
            raise UnderWay(str(error)) from error
        if status < HTTPStatus.BAD_REQUEST or status in NOT_NOW:
            raise Unreachable(str(error)) from error
        raise Refused(str(error)) from error
