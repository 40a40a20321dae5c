"""Ask for an order's money, and act on what Stripe says about it.

`start` sends the reader to Stripe. `sync` is the one verb for everything after: the
return page, each webhook, the timer and the admin call it, and it believes nothing but
what it reads from Stripe itself.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Max
from django.urls import reverse

from bookstore.money import minor_units
from checkout import gateway, limits, refunds, settling
from checkout.locks import Busy, order_locked
from checkout.models import PaymentAttempt
from checkout.orders import order_url

logger = logging.getLogger(__name__)

OPEN_FOR = timedelta(minutes=31)
"""How long a page can be paid on: Stripe's shortest is 30 minutes."""

AFTER_A_REFUSAL = timedelta(days=3)
"""How long an order is kept after the reader's bank did not pay."""

State = PaymentAttempt.State


class Unavailable(Exception):
    """Stripe cannot be reached now; the order is kept and may be paid in a while."""


class BeingMade(Unavailable):
    """Another click has asked for the page a moment ago and is still waiting for it."""


class NotPayable(Exception):
    """Nothing is to be paid: the order is paid, cancelled, or its payment under way."""


def start(*, order: Any, now: datetime, by: limits.Visitor | None = None) -> str:
    """Return the address where the order is paid: Stripe's page, or the order's own if free.

    A page that is open already is used again. Otherwise the attempt is committed first
    and Stripe asked after, outside any transaction and with a key made from its row: a
    repeated request gets the same page.

    :raises Unavailable: if Stripe is down or refuses; the order stays as it is.
    :raises NotPayable: if the order is not waiting for money.
    :raises limits.TooManyTries: if too many payments were begun, `by` the visitor or at all.
    """
    try:
        if not order.total_incl_tax:
            settling.settle_free_order(order=order, now=now)
            return order_url(order)
        if by is None or _live(order).exists():
            return _open_page(order, now=now)
        with limits.counted_try(order=order, by=by, now=now):
            return _open_page(order, now=now)
    except gateway.UnderWay as reason:
        raise BeingMade from reason
    except (Busy, gateway.Unreachable, gateway.Refused) as reason:
        raise Unavailable from reason


def _open_page(order: Any, *, now: datetime) -> str:
    # Two rounds: an attempt left over from a failure may turn out useless.
    for _ in range(2):
        attempt = _attempt_for(order, now=now)
        if attempt.state == State.OPEN and attempt.page_url:
            return attempt.page_url
        try:
            session = gateway.open_page(page_of(attempt))
        except gateway.Broken as broken:
            # Stripe keeps that answer for the key: the next try needs a new row.
            _give_up(attempt, note=str(broken), now=now)
            raise
        except gateway.Refused as refused:
            _give_up(attempt, note=str(refused), now=now)
            continue
        if settling.remember_session(attempt=attempt, session=session, now=now):
            return session.url
    raise Unavailable


def find_attempt(*, session_id: str) -> PaymentAttempt | None:
    """Return the attempt that Stripe knows under this session, with its order."""
    found = PaymentAttempt.objects.select_related("order").filter(session_id=session_id)
    return found.first() if session_id else None


def adopt_session(*, session_id: str, now: datetime) -> PaymentAttempt | None:
    """Return the attempt of a session, even if Stripe's answer naming it was lost.

    Stripe keeps the attempt's key with the session, so it can be asked whose it is.

    :raises gateway.Unreachable: if Stripe does not answer.
    """
    if not session_id:
        return None
    if attempt := find_attempt(session_id=session_id):
        return attempt
    try:
        session = gateway.read_session(session_id)
    except gateway.Refused:
        return None
    if not session.attempt_id.isdecimal():
        return None
    attempt = (
        PaymentAttempt.objects.select_related("order")
        .filter(pk=session.attempt_id, session_id=None, order__number=session.order_number)
        .first()
    )
    if attempt:
        settling.remember_session(attempt=attempt, session=session, now=now)
    return find_attempt(session_id=session_id)


def find_payment(*, intent_id: str, now: datetime) -> PaymentAttempt | None:
    """Return the attempt that was paid with an intent of Stripe's, or None if none of ours.

    :raises gateway.Unreachable: if Stripe does not answer.
    """
    if not intent_id:
        return None
    found = PaymentAttempt.objects.select_related("order").filter(intent_id=intent_id).first()
    if found:
        return found
    return adopt_session(session_id=gateway.find_session_id(intent_id), now=now)


def sync(
    *, attempt: PaymentAttempt, now: datetime, had_returns: bool = False
) -> PaymentAttempt:
    """Bring an attempt and its order to what Stripe says now; return the attempt as it is.

    Whoever calls it, however often and however many at once: each effect happens once.
    `had_returns` is for who has heard of a refund: one that came back leaves no trace in
    what Stripe says about the payment.

    :raises gateway.Unreachable: if Stripe does not answer; nothing has changed.
    :raises gateway.Refused: if Stripe does not know the session; nothing has changed.
    :raises checkout.locks.Busy: if another process holds the order.
    """
    if attempt.session_id:
        session = gateway.read_session(attempt.session_id)
        settling.apply(attempt=attempt, session=session, now=now)
        if session.is_paid:
            attempt = _afresh(attempt)
            has_returns = had_returns or bool(session.amount_refunded or session.is_disputed)
            refunds.settle(attempt=attempt, has_returns=has_returns, now=now)
    return _afresh(attempt)


def try_to_sync(*, attempt: PaymentAttempt, now: datetime) -> bool:
    """`sync`, unless Stripe or the order cannot be had now; return whether it was done.

    For those who have committed what is to be done: the timer does it then.
    """
    try:
        sync(attempt=attempt, now=now)
    except (gateway.Unreachable, gateway.Refused, Busy) as reason:
        logger.warning("%s could not be checked: %r", attempt, reason)
        return False
    return True


def _afresh(attempt: PaymentAttempt) -> PaymentAttempt:
    return PaymentAttempt.objects.select_related("order").get(pk=attempt.pk)


def close(*, attempt: PaymentAttempt, now: datetime) -> PaymentAttempt:
    """Let nobody pay on the attempt's page any more, then `sync`.

    An attempt whose page was lost is asked for again with its key: Stripe names the page
    it made, or refuses because there is none and the time is over.

    :raises gateway.Unreachable: if Stripe does not answer: it may still be paid.
    """
    if not attempt.session_id:
        try:
            session = gateway.open_page(page_of(attempt))
        except (gateway.Refused, gateway.Broken) as answer:
            # Whatever Stripe made, no reader has ever seen its address.
            settling.end_unseen(attempt=attempt, note=str(answer), now=now)
            return sync(attempt=attempt, now=now)
        settling.remember_session(attempt=attempt, session=session, now=now)
        attempt.session_id = session.id
    gateway.expire_page(attempt.session_id)
    return sync(attempt=attempt, now=now)


def page_of(attempt: PaymentAttempt) -> gateway.Page:
    """Return the request for an attempt's page: the same each time, from committed rows."""
    order = attempt.order
    books = order.num_items
    return gateway.Page(
        order_number=order.number,
        attempt_id=attempt.pk,
        name=f"Order {order.number}, {books} book{'' if books == 1 else 's'}",
        amount=attempt.amount,
        currency=attempt.currency,
        email=order.guest_email,
        expires_at=attempt.expires_at,
        # Stripe puts the session's id in place of the braces.
        success_url=f"{_url('checkout:return')}?session={{CHECKOUT_SESSION_ID}}",
        cancel_url=_url("checkout:cancelled", order.number),
    )


def _url(name: str, *args: str) -> str:
    return settings.SITE_URL + reverse(name, args=args)


def _attempt_for(order: Any, *, now: datetime) -> PaymentAttempt:
    """Return the live attempt, or commit a new one.

    :raises NotPayable: if there is nothing to pay.
    :raises gateway.Unreachable: if the last page's time is over and Stripe does not answer.
    """
    overdue = _live(order).filter(expires_at__lte=now).first()
    if overdue:
        close(attempt=overdue, now=now)
    with order_locked(order.pk) as locked:
        attempts = locked.payment_attempts.select_related("order")
        if locked.status != "Pending payment":
            message = f"Order {locked.number} is {locked.status.lower()}"
            raise NotPayable(message)
        if attempts.filter(state__in=[State.PROCESSING, State.REVIEW, State.PAID]).exists():
            message = f"The payment of order {locked.number} is under way"
            raise NotPayable(message)
        live = _live(locked).first()
        if live:
            return live
        last = attempts.aggregate(last=Max("number"))["last"] or 0
        return PaymentAttempt.objects.create(
            order=locked,
            number=last + 1,
            amount=minor_units(amount=locked.total_incl_tax, currency=locked.currency),
            currency=locked.currency,
            livemode=gateway.is_live(),
            created_at=now,
            changed_at=now,
            expires_at=now + OPEN_FOR,
        )


def _live(order: Any) -> Any:
    return PaymentAttempt.objects.select_related("order").filter(
        order_id=order.pk, state__in=PaymentAttempt.LIVE
    )


def _give_up(attempt: PaymentAttempt, *, note: str, now: datetime) -> None:
    logger.error("Stripe made no page for order %s: %s", attempt.order.number, note)
    with order_locked(attempt.order_id):
        PaymentAttempt.objects.filter(pk=attempt.pk, state=State.NEW).update(
            state=State.FAILED, note=note, changed_at=now
        )
