"""Call an order off: at Stripe first, then here; what was paid goes back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from checkout import gateway, ledger, payments, refunds, settling, standing, stock
from checkout.locks import Busy, order_locked
from checkout.models import PaymentAttempt, RefundRequest

OPEN = ("Pending payment", "Paid", "In progress")


class NotCancelled(Exception):
    """The order stays as it is; says why."""


def cancel(  # noqa: PLR0913
    *,
    order: Any,
    reason: str,
    form_key: UUID,
    now: datetime,
    note: str = "",
    by: Any = None,
) -> bool:
    """Call an order off before anything of it was sent; a paid one is refunded in full.

    `reason` is one of `RefundRequest.Reason`. The refund is committed; if Stripe cannot
    be reached now, the timer sends it. Return whether the refund is not an earlier call's
    with the same form key.

    :raises NotCancelled: if it is too late, or not known to be early enough.
    """
    if order.status == "Pending payment":
        call_off_unpaid(order=order, now=now)
        return True
    with _known(), order_locked(order.pk) as locked:
        if locked.refund_requests.filter(form_key=form_key).exists():
            return False
        _refuse_sent(locked)
        if not locked.total_incl_tax:
            _end_free(locked)
            return True
        asked = {"reason": reason, "form_key": form_key, "note": note, "asked_by": by}
        request = _ask_for_all(locked, now=now, **asked)
    payments.try_to_sync(attempt=request.attempt, now=now)
    return True


def call_off_unpaid(*, order: Any, now: datetime) -> None:
    """End an order's page at Stripe, then the order; its copies are free.

    :raises NotCancelled: if it is paid or being paid, or Stripe cannot say that it is not.
    """
    if order.status != "Pending payment":
        raise NotCancelled(_too_late(order))
    with _known():
        _call_off_unpaid(order, now=now)


def can_be_cancelled(order: Any) -> bool:
    """Tell whether an order loaded by `checkout.orders` may still be called off."""
    if order.status not in OPEN or order.parcels.all():
        return False
    attempts = order.payment_attempts.all()
    if any(attempt.state == PaymentAttempt.State.PROCESSING for attempt in attempts):
        return False
    if any(dispute.is_open for dispute in order.disputes.all()):
        return False
    return not any(request.is_under_way for request in order.refund_requests.all())


def _call_off_unpaid(order: Any, *, now: datetime) -> None:
    live = order.payment_attempts.filter(state__in=PaymentAttempt.LIVE)
    for attempt in live.select_related("order"):
        payments.close(attempt=attempt, now=now)
    in_review = order.payment_attempts.filter(state=PaymentAttempt.State.REVIEW)
    for attempt in in_review.select_related("order"):
        _give_up_review(attempt, now=now)
    with order_locked(order.pk) as locked:
        settling.cancel(order=locked)
        if locked.status != "Cancelled":
            message = "This order cannot be changed any more: it is being paid."
            raise NotCancelled(message)


def _give_up_review(attempt: PaymentAttempt, *, now: datetime) -> None:
    """Let go of a payment that nobody could make sense of, once none of it is held."""
    session = gateway.read_session(attempt.session_id or "")
    disputes = gateway.read_returns(session.intent_id).disputes if session.is_disputed else ()
    lost = sum(dispute.amount for dispute in disputes if dispute.status == "lost")
    if session.amount_received > session.amount_refunded + lost:
        message = "Money for this order is at Stripe: refund it there first."
        raise NotCancelled(message)
    PaymentAttempt.objects.filter(pk=attempt.pk, state=PaymentAttempt.State.REVIEW).update(
        state=PaymentAttempt.State.FAILED, changed_at=now
    )


def _refuse_sent(order: Any) -> None:
    if order.status not in OPEN or order.parcels.exists():
        raise NotCancelled(_too_late(order))


def _too_late(order: Any) -> str:
    return f"This order cannot be changed any more: it is {order.status.lower()}."


@contextmanager
def _known() -> Iterator[None]:
    """Change nothing while it cannot be known how the payment stands."""
    try:
        yield
    except (gateway.Unreachable, gateway.Refused, Busy) as error:
        message = "The payment cannot be checked just now. Please try again in a minute."
        raise NotCancelled(message) from error


def _end_free(order: Any) -> None:
    """End an order for which nothing was paid."""
    order.set_status("Refunded")
    stock.release_order(order=order)


def _ask_for_all(order: Any, **asked: Any) -> RefundRequest:
    """Ask for what is left of the payment of a locked order, and for all its copies."""
    copies = {each.line.pk: each.refundable for each in standing.of_order(order)}
    for attempt in ledger.payments_of(order):
        amount = ledger.left_to_refund(attempt)
        if amount:
            try:
                return refunds.ask(order=order, amount=amount, copies=copies, **asked)
            except refunds.NotRefundable as refusal:
                raise NotCancelled(str(refusal)) from refusal
    message = "The money of this order is on its way back already."
    raise NotCancelled(message)
