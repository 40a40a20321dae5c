"""What an answer of Stripe's changes in the shop: one locked transaction each."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from bookstore.money import minor_units
from checkout import keys, ledger, notices, stock, tasks
from checkout.gateway import Session
from checkout.locks import order_locked
from checkout.models import (
    MoneyMovement,
    OrderMail,
    PaymentAttempt,
    RefundRequest,
    StaffNotice,
)

State = PaymentAttempt.State
# What Stripe calls a payment that came to nothing after its page was complete.
FAILED = {"requires_payment_method", "canceled"}
NOTICES = {
    RefundRequest.Reason.LATE: StaffNotice.Kind.LATE_MONEY,
    RefundRequest.Reason.DOUBLE: StaffNotice.Kind.DOUBLE_MONEY,
    RefundRequest.Reason.SOLD_OUT: StaffNotice.Kind.SOLD_OUT,
}


def apply(*, attempt: PaymentAttempt, session: Session, now: datetime) -> None:
    """Bring attempt and order to what `session` says; harmless when repeated or late."""
    with order_locked(attempt.order_id) as order:
        locked = order.payment_attempts.select_for_update().get(pk=attempt.pk)
        locked.intent_id = locked.intent_id or session.intent_id or None
        if session.is_paid:
            _take_payment(order, locked, session, now=now)
        elif locked.is_live:
            # An older answer may arrive after a newer one: only live attempts move on.
            _note_unpaid(order, locked, session, now=now)
        locked.changed_at = now
        locked.save()


def settle_free_order(*, order: Any, now: datetime) -> None:
    """Mark an order that costs nothing as paid, once."""
    with order_locked(order.pk) as locked:
        if locked.status == "Pending payment" and not locked.total_incl_tax:
            _mark_paid(locked, now=now)


def remember_session(*, attempt: PaymentAttempt, session: Session, now: datetime) -> bool:
    """Store what Stripe made for an attempt; return whether it can be paid on."""
    with order_locked(attempt.order_id) as order:
        locked = order.payment_attempts.select_for_update().get(pk=attempt.pk)
        if locked.session_id not in {None, session.id}:
            return False
        locked.session_id = session.id
        locked.page_url = session.url
        if locked.state == State.NEW:
            locked.state = State.OPEN
        locked.changed_at = now
        locked.save()
        return bool(locked.state == State.OPEN and session.url)


def end_unseen(*, attempt: PaymentAttempt, note: str, now: datetime) -> None:
    """End an attempt whose page no reader has seen."""
    with order_locked(attempt.order_id) as order:
        locked = order.payment_attempts.select_for_update().get(pk=attempt.pk)
        if locked.state == State.NEW:
            _expire(order, locked)
            locked.note, locked.changed_at = note, now
            locked.save()


def cancel(*, order: Any) -> bool:
    """Cancel a locked order that nobody can pay any more; return whether it was done."""
    waits = order.payment_attempts.filter(state__in=[*PaymentAttempt.LIVE, State.REVIEW])
    if order.status != "Pending payment" or waits.exists():
        return False
    _call_off(order)
    return True


def _call_off(order: Any) -> None:
    order.set_status("Cancelled")
    stock.release_order(order=order)


def _take_payment(
    order: Any, attempt: PaymentAttempt, session: Session, *, now: datetime
) -> None:
    if attempt.state == State.PAID:
        return
    if differences := list(_differences(order, attempt, session)):
        if _is_given_up(order, attempt, session):
            attempt.state = State.FAILED
        else:
            _hold(attempt, f"Paid, but {', '.join(differences)}.", now=now)
    else:
        _record(order, attempt, session, now=now)


def _record(order: Any, attempt: PaymentAttempt, session: Session, *, now: datetime) -> None:
    """Put a payment on the books, and use it if it was not there before."""
    try:
        is_new = ledger.record(
            order=order,
            kind=MoneyMovement.Kind.PAYMENT,
            movement_id=session.charge_id,
            intent_id=session.intent_id,
            amount=session.amount_received,
            currency=session.currency,
            now=now,
        )
    except ledger.CountedElsewhere:
        _hold(attempt, "Paid with money that has paid another order.", now=now)
        return
    attempt.state = State.PAID
    if is_new:
        attempt.note = ""
        # Saved first: no order with a live attempt can be cancelled.
        attempt.save()
        _use_payment(order, attempt, now=now)


def _use_payment(order: Any, attempt: PaymentAttempt, *, now: datetime) -> None:
    """Mark the order paid, or send the money back that came too late."""
    if order.status != "Pending payment":
        is_late = order.status == "Cancelled"
        reason = RefundRequest.Reason.LATE if is_late else RefundRequest.Reason.DOUBLE
        _send_back(order, attempt, reason=reason, now=now)
        return
    try:
        stock.reclaim_order(order=order)
    except stock.SoldOut:
        _call_off(order)
        _send_back(order, attempt, reason=RefundRequest.Reason.SOLD_OUT, now=now)
    else:
        _mark_paid(order, now=now)


def _send_back(order: Any, attempt: PaymentAttempt, *, reason: str, now: datetime) -> None:
    """Ask for a payment's whole amount back, and say so to staff; its key makes it once."""
    attempt.note = f"{RefundRequest.Reason(reason).label}: refunded by itself."
    RefundRequest.objects.create(
        form_key=keys.secret_key("refund by itself", attempt.pk),
        order=order,
        attempt=attempt,
        amount=attempt.amount,
        currency=attempt.currency,
        reason=reason,
        created_at=now,
        changed_at=now,
    )
    notices.tell(
        kind=NOTICES[RefundRequest.Reason(reason)],
        about=str(attempt.pk),
        order=order,
        text=f"{attempt.price} came when the order was {order.status.lower()}.",
        now=now,
    )


def _is_given_up(order: Any, attempt: PaymentAttempt, session: Session) -> bool:
    """Whether nothing is left of money that was not what was asked for, or staff say so."""
    if 0 < session.amount_received <= session.amount_refunded:
        return True
    ended = order.status == "Cancelled" and attempt.state == State.FAILED
    return ended and session.is_disputed


def _differences(order: Any, attempt: PaymentAttempt, session: Session) -> Iterator[str]:
    """Say in what a payment is not the one that was asked for."""
    owed = minor_units(amount=order.total_incl_tax, currency=order.currency)
    if {session.amount, session.amount_received, attempt.amount} != {owed}:
        yield "the amounts differ"
    if {session.currency, session.intent_currency, attempt.currency} != {order.currency}:
        yield "the currencies differ"
    if {session.order_number, session.intent_order_number} != {order.number}:
        yield "it names another order"
    if session.attempt_id != str(attempt.pk):
        yield "it names another attempt"
    if session.livemode != attempt.livemode:
        yield "test and real money are mixed up"
    if session.intent_id != attempt.intent_id:
        yield "the payment is another than before"
    if session.intent_status != "succeeded" or not session.charge_id:
        yield "the payment has not succeeded"


def _hold(attempt: PaymentAttempt, note: str, *, now: datetime) -> None:
    """Leave an attempt to staff."""
    attempt.state, attempt.note = State.REVIEW, note
    notices.tell(
        kind=StaffNotice.Kind.MISMATCH,
        about=str(attempt.pk),
        order=attempt.order,
        text=note,
        now=now,
    )


def _note_unpaid(
    order: Any, attempt: PaymentAttempt, session: Session, *, now: datetime
) -> None:
    if session.status == "expired":
        _expire(order, attempt)
    elif session.status == "open":
        if attempt.state == State.NEW:
            attempt.state = State.OPEN
    elif session.intent_status == "processing":
        attempt.state = State.PROCESSING
        _write(order, OrderMail.Kind.WAITING, attempt, now=now)
    elif session.intent_status in FAILED:
        attempt.state = State.FAILED
        _write(order, OrderMail.Kind.NOT_PAID, attempt, now=now)
    else:
        _hold(attempt, "Stripe says the page is complete, but not what was paid.", now=now)


def _write(order: Any, kind: str, attempt: PaymentAttempt, *, now: datetime) -> None:
    tasks.owe_mail(order=order, kind=kind, about=str(attempt.pk), now=now)


def _expire(order: Any, attempt: PaymentAttempt) -> None:
    attempt.state = State.EXPIRED
    # Saved first: the order is cancelled only when no attempt is live.
    attempt.save()
    cancel(order=order)


def _mark_paid(order: Any, *, now: datetime) -> None:
    order.set_status("Paid")
    tasks.owe_mail(order=order, kind=OrderMail.Kind.CONFIRMATION, now=now)
