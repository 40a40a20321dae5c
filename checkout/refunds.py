"""Give money back: commit a request, then ask Stripe, then act on what Stripe says."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from checkout import gateway, ledger, notices, returning, standing
from checkout.locks import order_locked
from checkout.models import (
    MoneyMovement,
    PaymentAttempt,
    RefundLine,
    RefundRequest,
    StaffNotice,
)

logger = logging.getLogger(__name__)

SETTLED_WITHIN = timedelta(minutes=5)
"""How long after a 5xx the same refund may still turn up at Stripe."""

KEY_IS_KNOWN_FOR = timedelta(hours=23)
"""How long Stripe surely knows a repeated request by its key: it forgets after a day."""

State = RefundRequest.State


class NotRefundable(Exception):
    """The money cannot be given back in this way; says why."""


def ask(  # noqa: PLR0913
    *,
    order: Any,
    amount: int,
    reason: str,
    form_key: UUID,
    now: datetime,
    copies: Mapping[int, int] | None = None,
    has_shipping: bool = False,
    copies_come_back: bool = True,
    note: str = "",
    asked_by: Any = None,
) -> RefundRequest:
    """Commit a request to give back `amount` in minor units; Stripe is asked by `settle`.

    `copies` says by line how many copies it pays for, `has_shipping` whether the shipping
    price is in it, which goes back once. A second call with the same form
    key returns the first one's request.

    :raises NotRefundable: if there is not so much left, or the bank has the money.
    :raises checkout.locks.Busy: if another process holds the order.
    """
    with order_locked(order.pk) as locked:
        if known := RefundRequest.objects.filter(form_key=form_key).first():
            if known.order_id != locked.pk:
                message = "This form was sent for another order. Please begin again."
                raise NotRefundable(message)
            return known
        attempt = _payment_with(locked, amount)
        if has_shipping:
            _refuse_shipping_twice(locked)
        request = RefundRequest.objects.create(
            order=locked,
            attempt=attempt,
            amount=amount,
            currency=attempt.currency,
            reason=reason,
            note=note,
            has_shipping=has_shipping,
            copies_come_back=copies_come_back,
            asked_by=asked_by,
            form_key=form_key,
            created_at=now,
            changed_at=now,
        )
        _take_down_copies(locked, request, copies or {})
        return request


def settle(*, attempt: PaymentAttempt, has_returns: bool, now: datetime) -> None:
    """Send the refunds that wait, and act on what Stripe says about all of a payment's.

    `has_returns` says whether Stripe hinted at any.

    :raises gateway.Unreachable: if Stripe does not answer; requests stay as they are.
    :raises checkout.locks.Busy: if another process holds the order.
    """
    waiting = list(attempt.refund_requests.filter(state=State.NEW, refund_id=None))
    key_end = now - KEY_IS_KNOWN_FOR
    if any(request.broken_at or request.created_at < key_end for request in waiting):
        # It may have been done before Stripe failed to say so, or we to listen.
        _look(attempt, now=now)
        waiting = list(attempt.refund_requests.filter(state=State.NEW, refund_id=None))
    for request in waiting:
        _send(request, now=now)
    known = attempt.order.money_movements.exclude(kind=MoneyMovement.Kind.PAYMENT)
    if waiting or has_returns or known.filter(intent_id=attempt.intent_id).exists():
        _look(attempt, now=now)


def _look(attempt: PaymentAttempt, *, now: datetime) -> None:
    returns = gateway.read_returns(attempt.intent_id or "")
    returning.apply(attempt=attempt, returns=returns, now=now)


def _refuse_shipping_twice(order: Any) -> None:
    before = order.refund_requests.filter(has_shipping=True).exclude(state=State.FAILED)
    if before.exists():
        message = "The shipping price has gone back already."
        raise NotRefundable(message)


def _payment_with(order: Any, amount: int) -> PaymentAttempt:
    """Return the payment of a locked order that has `amount` left."""
    if order.disputes.filter(closed_at=None).exists():
        message = "The reader's bank holds the money until the dispute is decided."
        raise NotRefundable(message)
    if amount <= 0:
        message = "Nothing was chosen to be refunded."
        raise NotRefundable(message)
    for attempt in ledger.payments_of(order):
        if ledger.left_to_refund(attempt) >= amount:
            return attempt
    message = "So much is not left of the payment."
    raise NotRefundable(message)


def _take_down_copies(order: Any, request: RefundRequest, copies: Mapping[int, int]) -> None:
    wanted = {line_id: quantity for line_id, quantity in copies.items() if quantity}
    if not wanted:
        return
    # Standing counts this request only once its lines are there.
    by_line = {each.line.pk: each for each in standing.of_order(order)}
    for line_id, quantity in sorted(wanted.items()):
        if line_id not in by_line or by_line[line_id].refundable < quantity:
            message = "So many copies are not left to be refunded."
            raise NotRefundable(message)
        is_back = request.reason == RefundRequest.Reason.RETURNED
        if is_back and by_line[line_id].returnable < quantity:
            message = (
                "So many copies are not out, and cannot have come back. For money alone, "
                "give an amount."
            )
            raise NotRefundable(message)
        RefundLine.objects.create(request=request, line_id=line_id, quantity=quantity)


def _send(request: RefundRequest, *, now: datetime) -> None:
    """Ask Stripe for one refund; what it did is read afterwards."""
    if request.broken_at:
        if now < request.broken_at + SETTLED_WITHIN:
            return
        # It has not turned up: only another key gets another answer.
        RefundRequest.objects.filter(pk=request.pk, key_number=request.key_number).update(
            key_number=request.key_number + 1, broken_at=None
        )
        request.refresh_from_db()
    try:
        gateway.send_refund(
            key=f"refund-{request.pk}-{request.key_number}",
            intent_id=request.attempt.intent_id or "",
            amount=request.amount,
            request_id=request.pk,
        )
    except gateway.Broken as broken:
        mine = RefundRequest.objects.filter(pk=request.pk, broken_at=None)
        mine.update(broken_at=now, error=str(broken))
    except gateway.Unreachable as reason:
        logger.warning("%s of order %s waits: %s", request, request.order, reason)
    except gateway.Refused as refused:
        _fail(request, reason=str(refused), now=now)


def _fail(request: RefundRequest, *, reason: str, now: datetime) -> None:
    with order_locked(request.order_id) as order:
        failed = RefundRequest.objects.filter(pk=request.pk, state=State.NEW, refund_id=None)
        if failed.update(state=State.FAILED, error=reason, changed_at=now):
            notices.tell(
                kind=StaffNotice.Kind.REFUND_FAILED,
                about=f"request {request.pk}",
                order=order,
                text=f"Stripe did not refund {request.price}: {reason}",
                now=now,
            )
