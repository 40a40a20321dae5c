"""What refunds and disputes change in the shop, whoever began them; one locked transaction."""

from datetime import datetime
from typing import Any

from catalog.pricing import history
from checkout import ledger, notices, parcels, standing, stock, tasks
from checkout.gateway import Dispute, Refund, Returns
from checkout.locks import order_locked
from checkout.models import (
    Dispute as KnownDispute,
)
from checkout.models import (
    MoneyMovement,
    OrderMail,
    PaymentAttempt,
    RefundRequest,
    StaffNotice,
)

Kind = MoneyMovement.Kind
State = RefundRequest.State
# A refund's way: an older answer of Stripe's moves none of them back.
ORDER_OF_STATES = [State.NEW, State.PENDING, State.SUCCEEDED, State.FAILED]
FAILURES = {
    "charge_for_pending_refund_disputed": "the reader's bank disputes the payment",
    "declined": "the reader's bank refused it",
    "expired_or_canceled_card": "the card has expired or was cancelled",
    "insufficient_funds": "too little money is with Stripe",
    "lost_or_stolen_card": "the card was lost or stolen",
    "merchant_request": "it was cancelled at Stripe",
}
"""Why a refund fails, as Stripe's `failure_reason` says."""

HAS_MONEY = ("Paid", "In progress", "Dispatched")


def apply(*, attempt: PaymentAttempt, returns: Returns, now: datetime) -> None:
    """Bring an order to what `returns` says; harmless when repeated or late.

    :raises checkout.locks.Busy: if another process holds the order.
    """
    with order_locked(attempt.order_id) as order:
        came = order.money_movements.filter(kind=Kind.PAYMENT, intent_id=attempt.intent_id)
        if not came.exists():
            # It waits for staff, in nobody's books; a dispute is told all the same.
            for dispute in returns.disputes:
                _flag_dispute(order, attempt, dispute, now=now)
            return
        for refund in returns.refunds:
            _take_refund(order, attempt, refund, now=now)
        for dispute in returns.disputes:
            _take_dispute(order, attempt, dispute, now=now)
        _follow_the_money(order)


def _take_refund(order: Any, attempt: PaymentAttempt, refund: Refund, *, now: datetime) -> None:
    request = _request_of(attempt, refund)
    known = {"order": order, "intent_id": attempt.intent_id or "", "now": now}
    known |= {"amount": refund.amount, "currency": refund.currency}
    if ledger.record(kind=Kind.REFUND, movement_id=refund.id, **known):
        if request and request.refund_id is None:
            request.refund_id = refund.id
            _take_copies_back(order, request)
        if not refund.has_failed:
            tasks.owe_mail(order=order, kind=OrderMail.Kind.REFUND, about=refund.id, now=now)
    returned = f"{refund.id}:returned"
    if refund.has_failed and ledger.record(kind=Kind.RETURN, movement_id=returned, **known):
        kind = OrderMail.Kind.UNDELIVERED
        tasks.owe_mail(order=order, kind=kind, about=refund.id, now=now)
        notices.tell(
            kind=StaffNotice.Kind.REFUND_FAILED,
            about=refund.id,
            order=order,
            text="A refund did not arrive, the money is back with us. Ask the reader how it "
            f"can be sent. (Stripe: {_failure_in_words(refund)}.)",
            now=now,
        )
    if request and request.refund_id == refund.id:
        _move_on(request, refund, now=now)


def _request_of(attempt: PaymentAttempt, refund: Refund) -> RefundRequest | None:
    if not refund.request_id.isdecimal():
        return None
    found = attempt.refund_requests.select_for_update().filter(pk=refund.request_id)
    return found.first()


def _move_on(request: RefundRequest, refund: Refund, *, now: datetime) -> None:
    state = State.SUCCEEDED if refund.status == "succeeded" else State.PENDING
    if refund.has_failed:
        state = State.FAILED
    if ORDER_OF_STATES.index(state) >= ORDER_OF_STATES.index(State(request.state)):
        request.state, request.error, request.changed_at = state, "", now
        if refund.has_failed:
            request.error = _failure_in_words(refund)
        request.save()


def _failure_in_words(refund: Refund) -> str:
    code = refund.failure or refund.status
    return FAILURES.get(code, code.replace("_", " "))


def _take_copies_back(order: Any, request: RefundRequest) -> None:
    by_line = {each.line.pk: each for each in standing.of_order(order)}
    copies = []
    for each in request.lines.order_by("line"):
        now = by_line[each.line_id]
        # Of these copies, so many had not been sent; this refund is not counted in `now`.
        unsent = max(0, min(each.quantity, now.bought - now.sent - now.given_up))
        # Of those that were sent, only what the reader has sent back is in the house.
        is_back = request.reason == RefundRequest.Reason.RETURNED
        copies.append(
            stock.TakenBack(
                now.line,
                unsent=0 if is_back else unsent,
                sent=each.quantity if is_back else 0,
            )
        )
    with history.because(f"Order {order.number} refunded", by=request.asked_by):
        stock.take_back(copies=copies, are_good=request.copies_come_back)


def _take_dispute(
    order: Any, attempt: PaymentAttempt, dispute: Dispute, *, now: datetime
) -> None:
    known = _flag_dispute(order, attempt, dispute, now=now)
    if known.status == "lost":
        _record_loss(order, known, now=now)


def _flag_dispute(
    order: Any, attempt: PaymentAttempt, dispute: Dispute, *, now: datetime
) -> KnownDispute:
    known, is_new = KnownDispute.objects.get_or_create(
        pk=dispute.id,
        defaults={
            "order": order,
            "intent_id": attempt.intent_id or "",
            "amount": dispute.amount,
            "currency": dispute.currency,
            "reason": dispute.reason,
            "status": dispute.status,
            "answer_by": dispute.answer_by,
            "opened_at": dispute.opened_at,
        },
    )
    if is_new:
        by = f" by {dispute.answer_by:%-d %B %Y}" if dispute.answer_by else ""
        asks = "The bank inquires about" if known.is_inquiry else "The bank asks back"
        reason = dispute.reason.replace("_", " ")
        notices.tell(
            kind=StaffNotice.Kind.DISPUTE,
            about=dispute.id,
            order=order,
            text=f"{asks} {known.price} ({reason}). Nothing is to be sent until it has "
            f"decided; answer at Stripe{by}.",
            now=now,
        )
    if known.closed_at is None:
        known.status = dispute.status
        known.closed_at = now if dispute.status in KnownDispute.CLOSED else None
        known.save()
        if known.closed_at:
            # Its notice has nothing more to say; a loss has one of its own.
            about_it = StaffNotice.objects.filter(kind=StaffNotice.Kind.DISPUTE)
            about_it.filter(about=dispute.id, done_at=None).update(done_at=now)
    return known


def _record_loss(order: Any, dispute: KnownDispute, *, now: datetime) -> None:
    is_new = ledger.record(
        order=order,
        kind=Kind.CHARGEBACK,
        movement_id=dispute.pk,
        intent_id=dispute.intent_id,
        amount=dispute.amount,
        currency=dispute.currency,
        now=now,
    )
    if is_new:
        notices.tell(
            kind=StaffNotice.Kind.DISPUTE_LOST,
            about=dispute.pk,
            order=order,
            text=f"The reader's bank has taken {dispute.price} back.",
            now=now,
        )


def _follow_the_money(order: Any) -> None:
    """End an order none of whose money is left; else see whether all has been sent."""
    if order.status not in HAS_MONEY:
        return
    movements = order.money_movements.all()
    if movements and ledger.money_held(movements) <= 0:
        order.set_status("Refunded")
        stock.release_order(order=order)
    else:
        parcels.end_if_all_is_sent(order)
