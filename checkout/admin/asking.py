"""Ask Stripe again, begin packing: for one order or for many."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone

from checkout import gateway, locks, parcels, payments
from checkout.admin.parts import log
from checkout.models import PaymentAttempt

MOST_AT_ONCE = 100
MOST_TOLD = 5
BUSY = "somebody else is working on it; please try again"


@dataclass
class Done:
    """For which orders something was done, and what went wrong with the others."""

    orders: list[Any] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def ask_stripe(orders: Iterable[Any]) -> Done:
    """Read the payments of orders from Stripe and act on them."""
    done = Done()
    attempts = PaymentAttempt.objects.filter(order__in=[order.pk for order in orders])
    for attempt in attempts.exclude(session_id=None).select_related("order"):
        try:
            payments.sync(attempt=attempt, now=timezone.now())
        except locks.Busy:
            done.problems.append(f"{attempt}: {BUSY}.")
        except (gateway.Unreachable, gateway.Refused) as reason:
            done.problems.append(f"{attempt}: Stripe could not be asked ({reason}).")
        else:
            done.orders.append(attempt.order)
    return done


def begin_packing(orders: Iterable[Any]) -> Done:
    """Move paid orders to *In progress*."""
    done = Done()
    for order in orders:
        try:
            has_begun = parcels.begin_packing(order=order, now=timezone.now())
        except locks.Busy:
            done.problems.append(f"Order {order.number}: {BUSY}.")
        except parcels.NotSendable as reason:
            done.problems.append(f"Order {order.number}: {reason}")
        else:
            if has_begun:
                done.orders.append(order)
            else:
                done.problems.append(f"Order {order.number} is not waiting to be packed.")
    return done


def report(request: HttpRequest, done: Done, *, one: str, logged: str, many: str = "") -> None:
    """Tell staff what was done, in words for `one` order or for `many`; write it down."""
    unique = {order.pk: order for order in done.orders}
    words = many if many and len(unique) > 1 else one
    tell_problems(request, done.problems)
    if unique:
        log(request, list(unique.values()), logged)
        messages.success(request, words.format(len(unique)))


def tell_problems(request: HttpRequest, problems: Sequence[str]) -> None:
    """Tell staff the first of what went wrong, and of how many others nothing was said."""
    for problem in problems[:MOST_TOLD]:
        messages.error(request, problem)
    if len(problems) > MOST_TOLD:
        left = len(problems) - MOST_TOLD
        messages.error(request, f"The same or the like for {left} more.")


def too_many(request: HttpRequest, number: int) -> bool:
    """Refuse what would keep the browser waiting for minutes."""
    if number > MOST_AT_ONCE:
        messages.error(request, f"Please choose at most {MOST_AT_ONCE} orders at once.")
    return number > MOST_AT_ONCE
