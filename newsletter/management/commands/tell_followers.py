"""`manage.py tell_followers`: tell readers about new books, to be run every hour."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from newsletter import follow_emails, news


class Command(BaseCommand):
    """Note the new books of the authors whom readers follow, and have them mailed."""

    help = "Tell followers of authors about books that readers can see now."

    def handle(self, *args: Any, **options: Any) -> None:
        """Note first, then hand each reader's mail to a task; say how many there are."""
        noted = news.note_news()
        followers = news.due(now=timezone.now())
        for follower in followers:
            follow_emails.tell.enqueue(follower)
        self.stdout.write(f"Books noted: {noted}. Readers to be written to: {len(followers)}.")
