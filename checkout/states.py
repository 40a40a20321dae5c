"""How an order stands, in words a reader understands.

Everything here reads an order loaded by `checkout.orders` and asks no query of its own.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from checkout import cancelling, payments
from checkout.models import MoneyMovement, PaymentAttempt, RefundRequest
from checkout.models.payments import shown

State = PaymentAttempt.State
Kind = MoneyMovement.Kind
Reason = RefundRequest.Reason
RequestState = RefundRequest.State

BRIEF = {
    "Pending payment": "Not paid yet",
    "Paid": "Paid",
    "In progress": "Being packed",
    "Dispatched": "On its way",
    "Cancelled": "Cancelled",
    "Refunded": "Refunded",
}
"""An order's status in a word, for lists."""


@dataclass(frozen=True)
class OrderState:
    """What the order page says and what it offers to do.

    `tone` is good, waiting or over: how the page colours it. `notes` are further
    sentences; `pay_until` is how long the books are put aside.
    """

    title: str
    text: str
    tone: str
    notes: Sequence[str] = ()
    can_be_paid: bool = False
    can_be_cancelled: bool = False
    can_be_ordered_again: bool = False
    pay_until: datetime | None = None


@dataclass(frozen=True)
class ShownLine:
    """A line of an order, and what a reader has to know about copies that were refunded."""

    line: Any
    refunded: str = ""


def state_of(*, order: Any) -> OrderState:
    """Return the state of an order."""
    if order.status == "Pending payment":
        return _unpaid(order)
    title, text, tone = _SETTLED[order.status](order)
    if disputes := [dispute for dispute in order.disputes.all() if dispute.is_open]:
        is_inquiry = all(dispute.is_inquiry for dispute in disputes)
        title, text, tone = _INQUIRY if is_inquiry else _DISPUTED
    return OrderState(
        title,
        text,
        tone,
        notes=_about_refunds(order),
        can_be_cancelled=cancelling.can_be_cancelled(order),
        can_be_ordered_again=order.status in {"Cancelled", "Refunded"},
    )


def lines_of(*, order: Any) -> list[ShownLine]:
    """Return the lines of an order, saying of which copies the money goes back."""
    refunded: Counter[int] = Counter()
    coming: Counter[int] = Counter()
    for request in order.refund_requests.all():
        if request.state == RequestState.FAILED:
            continue
        for each in request.lines.all():
            refunded[each.line_id] += each.quantity
            coming[each.line_id] += each.quantity if request.is_for_sent_copies else 0
    return [
        ShownLine(line, _refunded_in_words(line, refunded[line.pk], coming[line.pk]))
        for line in order.lines.all()
    ]


def _refunded_in_words(line: Any, refunded: int, sent: int) -> str:
    if not refunded:
        return ""
    which = (
        "Refunded" if refunded >= line.quantity else f"{refunded} of {line.quantity} refunded"
    )
    return f"{which}." if sent else f"{which}: not sent any more."


def _unpaid(order: Any) -> OrderState:
    attempts = list(order.payment_attempts.all())
    states = {attempt.state for attempt in attempts}
    if State.REVIEW in states:
        return OrderState(
            "We are checking your payment",
            "Something about it has to be looked at by a person. We will write to you; "
            "please do not pay again.",
            "waiting",
        )
    if State.PROCESSING in states:
        return OrderState(
            "Waiting for the bank",
            "Your bank has not passed the money on yet; this can take some days. Your books "
            "are put aside, and we write to you as soon as it has arrived.",
            "waiting",
        )
    live = [attempt for attempt in attempts if attempt.is_live]
    pay_until = live[0].expires_at if live else None
    last = attempts[-1] if attempts else None
    if last and last.state == State.FAILED and last.intent_id:
        text = "Your bank did not pay; nothing was charged. You can pay in another way."
        pay_until = last.changed_at + payments.AFTER_A_REFUSAL
    else:
        text = "Your books are put aside for you. No payment has reached us."
    return OrderState(
        "Not paid yet",
        text,
        "waiting",
        can_be_paid=True,
        can_be_cancelled=True,
        pay_until=pay_until,
    )


def _paid(order: Any) -> tuple[str, str, str]:
    if any(request.is_under_way for request in _asked_back_whole(order)):
        return (
            "Your cancellation is under way",
            "Nothing will be sent, and your money is on its way back.",
            "waiting",
        )
    title = "Thank you, your order is paid"
    if not order.total_incl_tax:
        title = "Thank you for your order"
    confirmation = [mail for mail in order.mails.all() if mail.kind == "confirmation"]
    if any(mail.sent_at for mail in confirmation):
        return title, f"The confirmation has gone to {order.email}.", "good"
    return title, "A confirmation is on its way to you by e-mail.", "good"


def _in_progress(order: Any) -> tuple[str, str, str]:
    if any(request.is_under_way for request in _asked_back_whole(order)):
        return _paid(order)
    if order.parcels.all():
        text = "The rest follows; we write to you when it leaves."
        return "Part of your order is on its way", text, "good"
    return "Your order is being packed", "We write to you when it is on its way.", "good"


def _dispatched(order: Any) -> tuple[str, str, str]:
    if len(order.parcels.all()) > 1:
        return "Your order is on its way", "All parcels have left us.", "good"
    return "Your order is on its way", "The parcel has left us.", "good"


def _cancelled(order: Any) -> tuple[str, str, str]:
    movements = order.money_movements.all()
    came = [each for each in movements if each.kind == Kind.PAYMENT]
    if not came:
        title = "This order was cancelled"
        if _ran_out_of_time(order):
            text = "It was not paid in time, so its books went back on the shelf. "
        else:
            text = "Nothing will be sent. "
        return title, text + "Nothing was charged.", "over"
    reasons = {request.reason for request in order.refund_requests.all()}
    if Reason.SOLD_OUT in reasons:
        title = "Sold out after all: we are sorry"
        text = "When your payment came, the last copies had gone. "
    else:
        title = "Your payment came too late: we are sorry"
        text = "The time to pay was over and the books were no longer put aside. "
    return title, text + "Nothing will be sent; you get all your money back.", "over"


def _refunded(order: Any) -> tuple[str, str, str]:
    movements = order.money_movements.all()
    if not movements:
        return "This order was cancelled", "Nothing was charged and nothing is sent.", "over"
    if any(each.kind == Kind.CHARGEBACK for each in movements):
        text = "Your bank has taken the payment back."
        return "This order was refunded by your bank", text, "over"
    if _undelivered(order):
        text = "Your bank could not deliver the money and returned it to us."
        return "Your refund came back to us", text, "waiting"
    reasons = {request.reason for request in order.refund_requests.all()}
    if Reason.SOLD_OUT in reasons:
        text = "A book was sold out after all. You get all your money back."
        return "Sold out after all: we are sorry", text, "over"
    if Reason.READER in reasons:
        text = "You have cancelled it. All your money goes back the way it came."
        return "This order was cancelled and refunded", text, "over"
    return "This order was refunded", "The money goes back the way it came.", "over"


_INQUIRY = (
    "Your bank has a question about your payment",
    "It asks whether the payment was yours, and has taken nothing back. Until it is content "
    "we send nothing: please tell your bank if the order is yours.",
    "waiting",
)
_DISPUTED = (
    "Your payment is disputed",
    "Your bank has asked for the payment back. Until it has decided we can neither send nor "
    "refund anything.",
    "waiting",
)
_SETTLED = {
    "Paid": _paid,
    "In progress": _in_progress,
    "Dispatched": _dispatched,
    "Cancelled": _cancelled,
    "Refunded": _refunded,
}


def _asked_back_whole(order: Any) -> list[RefundRequest]:
    """Return the requests with which the reader or staff called the whole order off."""
    called_off = {Reason.READER, Reason.STAFF}
    paid = sum(each.amount for each in order.money_movements.all() if each.kind == Kind.PAYMENT)
    return [
        request
        for request in order.refund_requests.all()
        if request.reason in called_off and request.amount == paid
    ]


def _about_refunds(order: Any) -> list[str]:
    requests = list(order.refund_requests.all())
    waiting = [each for each in requests if each.state == RefundRequest.State.NEW]
    notes = [f"{each.price} will be sent back to you." for each in waiting]
    movements = list(order.money_movements.all())
    returned = {each.pk for each in movements if each.kind == Kind.RETURN}
    on_their_way = {each.refund_id for each in requests if each.state == RequestState.PENDING}
    notes += [
        f"{each.price} is on its way back to you; your bank has still to confirm it."
        if each.pk in on_their_way
        else f"{each.price} was sent back to you on {each.recorded_at:%-d %B %Y}; banks take "
        "up to ten days to show it."
        for each in movements
        if each.kind == Kind.REFUND and f"{each.pk}:returned" not in returned
    ]
    if lost := _undelivered(order):
        amount = shown(lost, order.currency)
        notes.append(
            f"A refund of {amount} could not be delivered and came back to us: please write "
            "to us how we can send it to you."
        )
    return notes


def _undelivered(order: Any) -> int:
    """Return what came back of refunds and is still held, in minor units."""
    movements = order.money_movements.all()
    returned = sum(each.amount for each in movements if each.kind == Kind.RETURN)
    held = sum(
        each.amount if each.kind in MoneyMovement.COMES_IN else -each.amount
        for each in movements
    )
    return min(returned, max(held, 0))


def _ran_out_of_time(order: Any) -> bool:
    """Tell an order that nobody paid from one that was called off before its time."""
    attempts = order.payment_attempts.all()
    return all(attempt.changed_at >= attempt.expires_at for attempt in attempts)
