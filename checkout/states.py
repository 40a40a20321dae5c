"""How an order stands, in words a reader understands."""

from dataclasses import dataclass
from typing import Any

from checkout.models import PaymentAttempt

State = PaymentAttempt.State


@dataclass(frozen=True)
class OrderState:
    """What the order page says and what it offers to do."""

    title: str
    text: str
    tone: str  # good, waiting or over: how the page colours it
    can_be_paid: bool = False


def state_of(*, order: Any) -> OrderState:
    """Return the state of an order loaded by `checkout.orders`; no query of its own."""
    attempts = {attempt.state for attempt in order.payment_attempts.all()}
    if order.status != "Pending payment":
        return _SETTLED.get(order.status, OrderState(order.status, "", "waiting"))
    if State.REVIEW in attempts:
        return OrderState(
            "We are checking your payment",
            "Something about it has to be looked at by a person. We will write to you; "
            "please do not pay again.",
            "waiting",
        )
    if State.PROCESSING in attempts:
        return OrderState(
            "Waiting for the bank",
            "Your bank has not passed the money on yet; this can take some days. Your books "
            "are put aside, and we write to you as soon as it has arrived.",
            "waiting",
        )
    return OrderState(
        "Not paid yet",
        "Your books are put aside for half an hour. Nothing has been charged.",
        "waiting",
        can_be_paid=True,
    )


_SETTLED = {
    "Paid": OrderState(
        "Thank you, your order is paid",
        "A confirmation is on its way to you by e-mail.",
        "good",
    ),
    "In progress": OrderState(
        "Your order is being packed", "We write to you when it is on its way.", "good"
    ),
    "Dispatched": OrderState("Your order is on its way", "The parcel has left us.", "good"),
    "Cancelled": OrderState(
        "This order was cancelled",
        "It was not paid, so nothing will be sent and nothing was charged.",
        "over",
    ),
    "Refunded": OrderState(
        "This order was refunded", "The money goes back the way it came.", "over"
    ),
}
