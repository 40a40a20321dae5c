"""Stop a request at an exact step, from outside: hold a lock that it is going to need."""

import contextlib
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest
from django.db import connection

from tests.endurance.reader import Unanswered
from tests.endurance.shop import database_url, wait_until

# Each names the step at which a request stops that comes to it.
CLAIMING_COPIES = "SELECT 1 FROM partner_stockrecord FOR NO KEY UPDATE"
LOOKING_FOR_ATTEMPTS = "LOCK TABLE checkout_paymentattempt IN ACCESS EXCLUSIVE MODE"
COUNTING_BOOKS_FOR_STRIPE = "LOCK TABLE order_line IN ACCESS EXCLUSIVE MODE"
LOCKING_THE_ORDER = "SELECT 1 FROM order_order FOR NO KEY UPDATE"
RECORDING_MONEY = "LOCK TABLE checkout_moneymovement IN ACCESS EXCLUSIVE MODE"
WRITING_THE_MAIL = "LOCK TABLE order_surcharge IN ACCESS EXCLUSIVE MODE"


class Lock:
    """A lock held in PostgreSQL by a connection of its own."""

    def __init__(self, step):
        self.step = step
        self._connection = psycopg2.connect(database_url())
        self._connection.cursor().execute(step)

    def stops_somebody(self):
        """Tell whether somebody waits for the lock."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                " AND %s = ANY(pg_blocking_pids(pid))",
                [self._connection.info.backend_pid],
            )
            return cursor.fetchone() is not None

    def release(self):
        """Let everybody go on."""
        self._connection.close()


def number_waiting():
    """Return how many wait for any lock, or behind others who do."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0]


@contextlib.contextmanager
def held(step):
    """Hold a lock for as long as the block."""
    lock = Lock(step)
    try:
        yield lock
    finally:
        lock.release()


@contextlib.contextmanager
def underway(act):
    """Do something beside the block, in which the server dies: there is no answer.

    Yield what comes of it.
    """
    with ThreadPoolExecutor(1) as pool:
        doing = pool.submit(act)
        yield doing
        with pytest.raises(Unanswered):
            doing.result()


@contextlib.contextmanager
def stopped_at(act, *steps):
    """Do something beside the block; let it run from step to step, and wait at the last."""
    with contextlib.ExitStack() as stack:
        lock = stack.enter_context(held(steps[0]))
        doing = stack.enter_context(underway(act))
        _wait_for_stop(lock, doing)
        for step in steps[1:]:
            following = stack.enter_context(held(step))
            lock.release()
            lock = following
            _wait_for_stop(lock, doing)
        yield


def _wait_for_stop(lock, doing):
    wait_until(lambda: lock.stops_somebody() or doing.done())
    assert not doing.done(), f"it never came to {lock.step}: {doing.result()}"
