"""The site of the admin: what an address cannot mean is dropped from it."""

from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

LAST_YEAR = 9999


class ShopSite(AdminSite):
    """Django's site, which stops at a year that no calendar has and at the character NUL."""

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Ask again without what the database or Python cannot read."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if any(not _is_readable(*each) for each in _pairs(request.GET)):
                return redirect(_without_unreadable(request))
            return inner(request, *args, **kwargs)

        return checked


def _pairs(query: QueryDict) -> list[tuple[str, str]]:
    return [(name, value) for name, values in query.lists() for value in values]


def _is_readable(name: str, value: str) -> bool:
    if "\0" in name + value:
        return False
    if not name.endswith("__year"):
        return True
    return len(value) <= len(str(LAST_YEAR)) and value.isdecimal() and int(value) > 0


def _without_unreadable(request: HttpRequest) -> str:
    kept = QueryDict(mutable=True)
    for name, value in _pairs(request.GET):
        if _is_readable(name, value):
            kept.appendlist(name, value)
    return f"{request.path}?{kept.urlencode()}"
