"""Keep thieves from trying out cards: so many payments may be begun, so many cards refused.

Counted by order, by visitor and by network address, in the database, so that all
processes count together; visitor and address are kept as keyed hashes, for a day.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from bookstore import visitor
from checkout import notices
from checkout.models import CardTry, PaymentAttempt, StaffNotice, StripeEvent

SALT = "checkout.limits"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class TooManyTries(Exception):
    """So many payments were begun that no more are for a while."""


@dataclass(frozen=True)
class Visitor:
    """Who wants to pay: keyed hashes, empty where nothing is known."""

    session: str
    network: str

    @classmethod
    def of(cls, *, session_key: str, address: str) -> "Visitor":
        """Take down a visitor's session and IP address; an IPv6 household is a whole /64."""
        return cls(session=_hashed(session_key), network=_hashed(visitor.household(address)))


@contextmanager
def counted_try(*, order: Any, by: Visitor, now: datetime) -> Iterator[None]:
    """Count a payment that begins in the block, unless the block fails.

    :raises TooManyTries: if the order, the visitor or the network has begun too many.
    """
    mine = count_try(order=order, by=by, now=now)
    try:
        yield
    except Exception:
        mine.delete()
        raise


def count_try(*, order: Any, by: Visitor, now: datetime) -> CardTry:
    """Count a payment that is about to begin.

    :raises TooManyTries: if the order, the visitor or the network has begun too many.
    """
    counted = _count(order, by, now=now)
    if isinstance(counted, str):
        _tell(order, counted, now=now)
        raise TooManyTries
    return counted


@transaction.atomic
def _count(order: Any, by: Visitor, *, now: datetime) -> CardTry | str:
    """Count a try, or say why not; those of one visitor or network wait for each other."""
    with connection.cursor() as cursor:
        # In the same order for everybody.
        for key in filter(None, (f"order {order.pk}", by.session, by.network)):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"{SALT} {key}"])
    CardTry.objects.filter(tried_at__lt=now - DAY).delete()
    counts = {"order": _recent(now).filter(order=order).count(), **_counts(by, now=now)}
    for what, number in counts.items():
        if number >= settings.PAYMENT_TRIES_AN_HOUR[what]:
            return f"{number} payments were begun in an hour by one {what}."
    return CardTry.objects.create(
        order=order, visitor=by.session, network=by.network, tried_at=now
    )


def check(*, by: Visitor, now: datetime) -> None:
    """Refuse a visitor who could not pay the order anyway, before it claims copies.

    :raises TooManyTries: if the visitor or the network has begun too many payments.
    """
    for what, number in _counts(by, now=now).items():
        if number >= settings.PAYMENT_TRIES_AN_HOUR[what]:
            mark = by.session if what == "visitor" else by.network
            notices.tell(
                kind=StaffNotice.Kind.CARD_TESTING,
                about=f"{what} {mark[:12]} {now:%Y-%m-%d}",
                text=f"{number} payments were begun in an hour by one {what}.",
                now=now,
            )
            raise TooManyTries


def has_too_many_refusals(*, attempt: PaymentAttempt, now: datetime) -> bool:
    """Tell whether so many cards were refused on a page that it should be closed."""
    refusals = StripeEvent.objects.filter(
        kind="payment_intent.payment_failed", intent_id=attempt.intent_id or ""
    )
    number = refusals.count()
    if not attempt.is_live or number < settings.CARD_REFUSALS_A_PAGE:
        return False
    _tell(attempt.order, f"{number} cards were refused on one page: it was closed.", now=now)
    return True


def _recent(now: datetime) -> QuerySet[CardTry]:
    return CardTry.objects.filter(tried_at__gt=now - HOUR)


def _counts(by: Visitor, *, now: datetime) -> dict[str, int]:
    counts = {}
    if by.session:
        counts["visitor"] = _recent(now).filter(visitor=by.session).count()
    if by.network:
        counts["network"] = _recent(now).filter(network=by.network).count()
    return counts


def _tell(order: Any, text: str, *, now: datetime) -> None:
    notices.tell(
        kind=StaffNotice.Kind.CARD_TESTING, about=str(order.pk), order=order, text=text, now=now
    )


def _hashed(value: str) -> str:
    return salted_hmac(SALT, value).hexdigest() if value else ""
