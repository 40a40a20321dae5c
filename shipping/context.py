"""The notices above every page."""

from functools import partial

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from shipping import bar


def interruptions(request: HttpRequest) -> dict[str, object]:
    """Give templates the notices for the bar; one query, when a page shows it."""
    return {"bar_notices": SimpleLazyObject(partial(bar.notices, request))}
