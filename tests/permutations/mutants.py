"""Break the shop on purpose: the sequences of test_permutations.py have to find each fault.

Run by `make mutants`, which pytest does not do by itself. The last two take away the locks
and, with the locks there, the constraints: with one of the two the books have to stay right.
"""

import dataclasses
import sys
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

import tests.permutations.world
from checkout import gateway, inbox, ledger, locks, payments, refunds, settling
from checkout.models import MoneyMovement, PaymentAttempt
from tests.permutations import steps
from tests.permutations.programs import search
from tests.permutations.world import Order

ENOUGH, ENOUGH_TO_TRUST = 2000, 500
"""So many sequences have to find a fault, and may not find one with the locks alone."""


def random_keys(monkeypatch):
    """Ask Stripe with a new idempotency key each time."""
    send = gateway.send_refund
    monkeypatch.setattr(gateway.Page, "idempotency_key", property(lambda _: str(uuid4())))
    monkeypatch.setattr(
        gateway, "send_refund", lambda *, key, **given: send(key=str(uuid4()), **given)
    )


def no_key_of_a_movement(monkeypatch):
    """Record a movement whether or not it is on record."""

    def record(*, order, movement_id, now, **given):
        movement = MoneyMovement.objects.create(
            pk=f"{movement_id}/{uuid4()}", order=order, recorded_at=now, **given
        )
        ledger._write_in_oscars_books(order, movement)
        return True

    monkeypatch.setattr(ledger, "record", record)


def copies_are_free_without_asking_stripe(monkeypatch):
    """Take an attempt whose time is over for expired."""

    def close(*, attempt, now):
        with locks.order_locked(attempt.order_id) as order:
            locked = order.payment_attempts.get(pk=attempt.pk)
            settling._expire(order, locked)
        return locked

    monkeypatch.setattr(payments, "close", close)


def late_money_is_kept(monkeypatch):
    """Do nothing about money that comes for an order that waits for none."""
    monkeypatch.setattr(settling, "_send_back", lambda *_, **__: None)


def amounts_are_not_compared(monkeypatch):
    """Take what was paid for what was asked."""
    monkeypatch.setattr(settling, "_differences", lambda *_: iter(()))


def the_event_is_believed(monkeypatch):
    """Take a completed page for a paid one because an event says `completed`."""
    work_on = inbox._work_on

    def believe(kept, *, now):
        if kept.kind == "checkout.session.completed":
            attempt = payments.adopt_session(session_id=kept.object_id, now=now)
            session = gateway.read_session(kept.object_id)
            paid = dataclasses.replace(
                session,
                is_paid=True,
                intent_status="succeeded",
                amount_received=session.amount,
            )
            if attempt:
                settling.apply(attempt=attempt, session=paid, now=now)
        work_on(kept, now=now)

    monkeypatch.setattr(inbox, "_work_on", believe)


def keys_are_trusted_for_ever(monkeypatch):
    """Send a refund again without looking, however long ago it was sent."""
    monkeypatch.setattr(refunds, "KEY_IS_KNOWN_FOR", timedelta(days=999))


def without_the_lock(monkeypatch):
    """Read orders and attempts without locking them; what a constraint refuses is refused."""

    @contextmanager
    def unlocked(pk):
        with transaction.atomic():
            yield Order.objects.get(pk=pk)

    for name, module in list(sys.modules.items()):
        if name.startswith("checkout.") and hasattr(module, "order_locked"):
            monkeypatch.setattr(module, "order_locked", unlocked)
    for module in (steps, tests.permutations.world):
        monkeypatch.setattr(module, "REFUSALS", (*module.REFUSALS, IntegrityError))
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, *_, **__: self.all())


def without_the_constraints(monkeypatch):
    """Look whether a movement or a live attempt is there, and nothing else."""

    def record(*, order, movement_id, now, **given):
        known = MoneyMovement.objects.filter(pk=movement_id).first()
        if known:
            if known.order_id != order.pk:
                raise ledger.CountedElsewhere
            return False
        movement = MoneyMovement.objects.create(
            pk=movement_id, order=order, recorded_at=now, **given
        )
        ledger._write_in_oscars_books(order, movement)
        return True

    monkeypatch.setattr(ledger, "record", record)
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX one_live_attempt_an_order")


@pytest.mark.parametrize(
    "mutant",
    [
        random_keys,
        no_key_of_a_movement,
        copies_are_free_without_asking_stripe,
        late_money_is_kept,
        amounts_are_not_compared,
        the_event_is_believed,
        keys_are_trusted_for_ever,
    ],
)
def test_a_broken_shop_is_found_out(mutant, world, monkeypatch, capsys):
    mutant(monkeypatch)

    found = search(world, range(ENOUGH))

    assert found
    with capsys.disabled():
        sys.stdout.write(f"\n{mutant.__name__}: {found}\n")


@pytest.fixture
def restored_index(transactional_db):
    yield
    (constraint,) = (
        each
        for each in PaymentAttempt._meta.constraints
        if each.name == "one_live_attempt_an_order"
    )
    with connection.schema_editor() as editor:
        editor.execute("DROP INDEX IF EXISTS one_live_attempt_an_order")
        editor.add_constraint(PaymentAttempt, constraint)


def test_the_constraints_alone_hold(world, monkeypatch):
    without_the_lock(monkeypatch)

    found = search(world, range(ENOUGH_TO_TRUST))

    assert not found, str(found)


def test_the_locks_alone_hold(restored_index, world, monkeypatch):
    without_the_constraints(monkeypatch)

    found = search(world, range(ENOUGH_TO_TRUST))

    assert not found, str(found)
