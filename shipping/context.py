"""The notices above every page."""

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from shipping.models import Interruption


def interruptions(request: HttpRequest) -> dict[str, object]:
    """Give templates the interruptions for the bar; one query, when a page shows it."""
    return {"bar_notices": SimpleLazyObject(_for_the_bar)}


def _for_the_bar() -> list[Interruption]:
    in_force = Interruption.objects.in_force(timezone.now()).filter(is_in_bar=True)
    return list(in_force.worst_first())
