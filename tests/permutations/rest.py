"""Let everything that is under way come to its end."""

from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from catalog.pricing.models import StockRecord
from checkout import models, timer
from tests.permutations.world import Order, World

MOST_ROUNDS = 9
A_WHILE, A_DAY = timedelta(hours=1), timedelta(hours=25)
"""Longer than a page or a mail's lease; longer than Stripe knows an idempotency key."""

DAYS = timedelta(days=3)
"""Longer than a bank's answer."""


def come_to_rest(world: World, *, are_heard: bool) -> timer.Round:
    """Clear the faults, deliver or lose what is left, and go rounds until nothing changes.

    Where events are lost, the shop was down for a day.
    """
    world.stripe.clear_faults()
    before = None
    for number in range(MOST_ROUNDS):
        _empty_the_post(world, are_heard=are_heard)
        world.later(DAYS if number else A_WHILE if are_heard else A_DAY)
        done = timer.sync_due(now=timezone.now())
        timer.compare_due(now=timezone.now())
        after = how_it_stands()
        if number and after == before and not world.unheard():
            return done
        before = after
    message = f"It does not come to rest: {before} became {after}"
    raise AssertionError(message)


def how_it_stands() -> str:
    """Return what rounds may change, as a text to compare."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING)
        return "; ".join(str(part) for part in cursor.fetchone())


def _listed(model: Any, *columns: str) -> str:
    row = ", ".join(columns)
    table = model._meta.db_table
    return (
        f"(SELECT string_agg(concat_ws(' ', {row}), ', ' ORDER BY {columns[0]}) FROM {table})"
    )


_STANDING = "SELECT " + ", ".join(
    [
        _listed(Order, "number", "status"),
        _listed(models.PaymentAttempt, "id", "state", "session_id"),
        _listed(models.RefundRequest, "id", "state", "refund_id"),
        _listed(models.Dispute, "id", "status"),
        _listed(models.MoneyMovement, "id", "kind"),
        _listed(models.OrderMail, "id", "sent_at"),
        _listed(models.StripeEvent, "id", "done_at"),
        _listed(StockRecord, "id", "num_in_stock", "num_allocated"),
    ]
)


def _empty_the_post(world: World, *, are_heard: bool) -> None:
    for event in world.unheard():
        if are_heard:
            world.deliver(event)
        else:
            world.dropped.add(event["id"])
