"""Check the shop's settings against Stripe."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from checkout import selfcheck
from checkout.selfcheck import Outcome, Step


class Command(BaseCommand):
    """Ask Stripe about everything the shop needs of it, and say what to do."""

    help = "Check key, mode, version, currency, a page and the webhook with Stripe."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take `--live`."""
        parser.add_argument(
            "--live",
            action="store_true",
            help="Make a page with a live key too; it is ended at once.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each step as it is done; fail if one was not OK."""
        is_all_ok = True
        for step in selfcheck.steps(is_live_allowed=options["live"], now=timezone.now()):
            is_all_ok = is_all_ok and step.outcome == Outcome.OK
            self._print(step)
        if not is_all_ok:
            message = "The shop is not ready to take payments."
            raise CommandError(message)
        self.stdout.write(self.style.SUCCESS("The shop is ready to take payments."))

    def _print(self, step: Step) -> None:
        is_ok = step.outcome == Outcome.OK
        style = self.style.SUCCESS if is_ok else self.style.ERROR
        self.stdout.write(f"{style(f'{step.outcome:9}')} {step.name:15} {step.seen}")
        if step.to_do:
            self.stdout.write(f"{'':9} {'':15} What to do: {step.to_do}")
