"""Give the books of an order back to its reader: of one not paid, or come to nothing."""

from datetime import datetime
from typing import Any

from catalog.models import Product
from checkout import cancelling
from checkout.basket import contents
from checkout.locks import order_locked


def reopen(*, order: Any, basket: Any, now: datetime) -> list[str]:
    """Cancel the order at Stripe first and then here; copy its lines into `basket`.

    Return the reasons for books that could not be put back.

    :raises cancelling.NotCancelled: if it is too late, or not known to be early enough.
    """
    cancelling.call_off_unpaid(order=order, now=now)
    with order_locked(order.pk):
        # The second of two clicks waits here, and finds the books put back.
        return order_again(order=order, basket=basket)


def order_again(*, order: Any, basket: Any) -> list[str]:
    """Copy the books of an order that has come to nothing into `basket`; it stays as it is.

    Return the reasons for books that could not be put there.
    """
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
