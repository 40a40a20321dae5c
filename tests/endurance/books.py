"""What one reader has, in the shop's books and in Stripe's: both must tell the same."""

import email
import email.policy
from dataclasses import dataclass

from oscar.core.loading import get_model

from bookstore.money import minor_units
from checkout.models import MoneyMovement, PaymentAttempt


@dataclass(frozen=True)
class Books:
    """The orders of one reader with all that hangs on them; money in minor units.

    `charged` is what Stripe has taken, `recorded` what `MoneyMovement` and `debited`
    what Oscar's `Source` say of it, each less what was given back.
    """

    orders: list[str]
    live_attempts: int
    copies: int
    charged: list[int]
    recorded: list[int]
    debited: list[int]
    mails: int


NOTHING = Books([], 0, 0, [], [], [], 0)


def waiting(*, live_attempts):
    """Return the books of a reader with one copy put aside and not paid."""
    return Books(["Pending payment"], live_attempts, 1, [], [], [], 0)


def paid_unheard(reader):
    """Return the books of a reader who has paid, when the shop has not taken it in."""
    return Books(["Pending payment"], 1, 1, [_total(reader)], [], [], 0)


def paid_once(reader):
    """Return the books of a reader who has paid for one copy, once."""
    total = _total(reader)
    return Books(["Paid"], 0, 1, [total], [total], [total], 1)


def books_of(reader, shop):
    """Read what the shop and Stripe know about a reader."""
    orders = get_model("order", "Order").objects.filter(guest_email=reader.email)
    lines = get_model("order", "Line").objects.filter(order__in=orders)
    attempts = PaymentAttempt.objects.filter(order__in=orders)
    return Books(
        orders=list(orders.order_by("pk").values_list("status", flat=True)),
        live_attempts=attempts.filter(state__in=PaymentAttempt.LIVE).count(),
        copies=sum(lines.values_list("num_allocated", flat=True)),
        charged=_charged(reader, shop.stripe.store),
        recorded=_recorded(orders),
        debited=_debited(orders),
        mails=_mails(reader, shop.folder / "outbox"),
    )


def _total(reader):
    order = get_model("order", "Order").objects.get(guest_email=reader.email)
    return minor_units(amount=order.total_incl_tax, currency=order.currency)


def _charged(reader, store):
    return [
        charge["amount"] - charge["amount_refunded"]
        for session in store.matching("checkout.session", customer_email=reader.email)
        for charge in store.matching("charge", payment_intent=session["payment_intent"])
        if charge["paid"]
    ]


def _recorded(orders):
    amounts = []
    for order in orders:
        moved = MoneyMovement.objects.filter(order=order)
        signs = {"payment": 1, "refund": -1}
        if moved:
            amounts.append(sum(signs[each.kind] * each.amount for each in moved))
    return amounts


def _debited(orders):
    sources = get_model("payment", "Source").objects.filter(order__in=orders)
    return [
        minor_units(
            amount=source.amount_debited - source.amount_refunded, currency=source.currency
        )
        for source in sources
    ]


def _mails(reader, outbox):
    mails = (
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in outbox.glob("*.eml")
    )
    return sum(mail["To"] == reader.email for mail in mails)
