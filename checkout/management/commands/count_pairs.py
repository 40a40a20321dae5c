"""`manage.py count_pairs`: count what readers bought together, to be run every night."""

from typing import Any

from django.core.management.base import BaseCommand

from checkout import pairing


class Command(BaseCommand):
    """Count from paid orders which works readers bought both of."""

    help = "Count from paid orders which works readers bought both of, for the books' pages."

    def handle(self, *args: Any, **options: Any) -> None:
        """Count, and say how many pairs there are."""
        self.stdout.write(f"{pairing.count_pairs()} pairs, each counted from either work")
