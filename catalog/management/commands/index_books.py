"""Write the search index anew."""

from typing import Any

from django.core.management.base import BaseCommand

from catalog import search


class Command(BaseCommand):
    """Write the search index anew, for instance after restoring a backup."""

    help = "Write the search index anew, for instance after restoring a backup."

    def handle(self, *args: Any, **options: Any) -> None:
        """Index every work."""
        self.stdout.write(f"{search.index_all()} works indexed.")
