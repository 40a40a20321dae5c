"""The payments timer, to be run every minute."""

import logging
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from checkout import timer

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Settle what is due with Stripe, once or again and again."""

    help = "Check open payments with Stripe, end those whose time is over, retry mails."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take `--watch`."""
        parser.add_argument(
            "--watch",
            type=float,
            metavar="SECONDS",
            help="Go on until SIGTERM, with a pause of so many seconds.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Go one round and say what it did; with `--watch`, go on.

        :raises CommandError: with each alarm that rings, so that cron tells somebody.
        """
        pause = options["watch"]
        if pause is None:
            done = timer.sync_due(now=timezone.now())
            self.stdout.write(str(done))
            self._compare()
            if done.alarms:
                raise CommandError("\n".join(alarm.text for alarm in done.alarms))
            return
        self._watch(max(1.0, pause))

    def _watch(self, pause: float) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        while not stop.is_set():
            close_old_connections()
            try:
                self._go_round()
            except DatabaseError:
                logger.exception("The payments timer goes on")
            stop.wait(pause)

    def _go_round(self) -> None:
        done = timer.sync_due(now=timezone.now())
        if done != timer.Round():
            self.stdout.write(str(done))
        self._compare()
        for alarm in done.alarms:
            self.stderr.write(f"ALARM: {alarm.text}")

    def _compare(self) -> None:
        if compared := timer.compare_due(now=timezone.now()):
            self.stdout.write(f"{compared.payments} payments compared with Stripe's books")
            for difference in compared.differences.splitlines():
                self.stderr.write(difference)
