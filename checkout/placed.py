"""The orders that a visitor has placed, as far as the session remembers."""

from collections.abc import Iterable
from typing import Any

from oscar.core.loading import get_model

SESSION_KEY = "placed_orders"
MOST = 10


def remember(session: Any, numbers: Iterable[str]) -> None:
    """Remember that this visitor placed these orders, and forget the oldest of many."""
    known = session.get(SESSION_KEY, [])
    new = [number for number in numbers if number not in known]
    if new:
        session[SESSION_KEY] = [*known, *new][-MOST:]


def remember_order_of(session: Any, basket_id: int) -> None:
    """Remember the order that a basket has become, if it is a guest's.

    The answer that would have told the visitor's browser so may have been lost.
    """
    orders = get_model("order", "Order").objects.filter(basket=basket_id, user=None)
    remember(session, orders.values_list("number", flat=True))


def is_own(request: Any, order: Any) -> bool:
    """Tell whether this visitor placed the order, or held its link when going to pay."""
    if order.user_id and order.user_id == request.user.pk:
        return True
    return order.number in request.session.get(SESSION_KEY, [])


def unpaid(request: Any) -> list[Any]:
    """Return this visitor's orders that wait for their payment; no query without any."""
    numbers = request.session.get(SESSION_KEY, [])
    if not numbers:
        return []
    orders = get_model("order", "Order").objects.filter(number__in=numbers)
    return list(orders.filter(status="Pending payment").order_by("pk"))
