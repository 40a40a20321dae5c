"""Let a reader change an order that is not paid: cancel it, give its books back."""

from datetime import datetime
from typing import Any

from catalog.models import Product
from checkout import gateway, payments, settling
from checkout.basket import contents
from checkout.locks import Busy, order_locked
from checkout.models import PaymentAttempt


class NotOpen(Exception):
    """The order is paid, under way, or Stripe cannot say that it is not."""


def reopen(*, order: Any, basket: Any, now: datetime) -> list[str]:
    """Cancel the order at Stripe first and then here; copy its lines into `basket`.

    Return the reasons for books that could not be put back.

    :raises NotOpen: if it is too late, or not known to be early enough.
    """
    if order.status != "Pending payment":
        raise NotOpen
    _call_off(order, now=now)
    with order_locked(order.pk):
        # The second of two clicks waits here, and finds the books put back.
        basket.reset_offer_applications()
        return [reason for line in order.lines.all() for reason in _put_back(basket, line)]


def _put_back(basket: Any, line: Any) -> list[str]:
    """Put a line's books into the basket unless they are in it; return why not."""
    edition = Product.objects.editions().filter(pk=line.product_id).first()
    if edition is None:
        return [f"{line.title} is no longer sold."]
    present = sum(each.quantity for each in basket.all_lines() if each.product == edition)
    if present >= line.quantity:
        return []
    try:
        missing = line.quantity - present
        return contents.add(basket=basket, editions=[edition], quantity=missing)
    except contents.Refused as refusal:
        return [str(refusal)]


def _call_off(order: Any, *, now: datetime) -> None:
    live = order.payment_attempts.filter(state__in=PaymentAttempt.LIVE)
    try:
        for attempt in live.select_related("order"):
            payments.close(attempt=attempt, now=now)
        with order_locked(order.pk) as locked:
            settling.cancel(order=locked)
            is_off = locked.status == "Cancelled"
    except (gateway.Unreachable, gateway.Refused, Busy) as error:
        raise NotOpen from error
    if not is_off:
        raise NotOpen
