"""Do something several times at the same moment, each with a connection of its own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection


def at_once(act, *, times=2, prepare=lambda _barrier: None):
    """Run `act(barrier)` in as many threads; return what each returned, sorted."""
    barrier = Barrier(times, timeout=10)
    prepare(barrier)

    def run(_):
        try:
            return act(barrier)
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return sorted(pool.map(run, range(times)))
