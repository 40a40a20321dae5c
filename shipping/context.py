"""The notices above every page."""

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from shipping.models import Interruption


def interruptions(request: HttpRequest) -> dict[str, object]:
    """Give templates the interruptions for the bar; one query, when a page shows it."""
    now = timezone.now()
    notices = Interruption.objects.in_force(now).filter(is_in_bar=True)
    return {"bar_notices": SimpleLazyObject(lambda: list(notices))}
