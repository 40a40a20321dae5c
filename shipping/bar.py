"""The notices above every page, and those that a visitor has put away.

Put away they are named in the cookie `dismissed`, each with a fingerprint of what it said,
until the browser closes: a new notice or a changed one shows again. The page is made
without them; it says `Vary: Cookie` to a visitor who has the cookie, to nobody else.
"""

import re
from collections.abc import Iterable
from hashlib import blake2s

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from shipping.models import Interruption
from shipping.rules import Notice

COOKIE = "dismissed"
TOKEN = re.compile(r"\d{1,18}-[0-9a-f]{8}")
MOST_KEPT = 30
WAS_ASKED = "shipping.bar_was_shown"


def notices(request: HttpRequest) -> list[Notice]:
    """Return what the bar shows this visitor, the worst first; one query."""
    request.META[WAS_ASKED] = True
    put_away = set(_tokens(request))
    in_force = Interruption.objects.in_force(timezone.now()).filter(is_in_bar=True)
    shown = [each for each in in_force.as_notices() if token(each) not in put_away]
    return sorted(shown, key=_worst_first)


def token(notice: Notice) -> str:
    """Return a name for a notice that changes with what it tells readers."""
    told = (
        notice.message,
        notice.severity.value,
        sorted(notice.countries),
        sorted(notice.postcodes),
        sorted(notice.methods),
        notice.ends_at and notice.ends_at.timestamp(),
        notice.delay_days,
    )
    return f"{notice.id}-{blake2s(repr(told).encode(), digest_size=4).hexdigest()}"


def put_away(request: HttpRequest, response: HttpResponse, tokens: Iterable[str]) -> None:
    """Remember for this visit that the visitor has read these."""
    read = [each for each in tokens if TOKEN.fullmatch(each)]
    kept = list(dict.fromkeys([*_tokens(request), *read]))[-MOST_KEPT:]
    if kept:
        response.set_cookie(
            COOKIE, ".".join(kept), secure=settings.IS_HTTPS, httponly=True, samesite="Lax"
        )


def headers_read(request: HttpRequest) -> list[str]:
    """Return the headers that the bar was made from, for `Vary`."""
    was_read = request.META.get(WAS_ASKED) and COOKIE in request.COOKIES
    return ["Cookie"] if was_read else []


def _tokens(request: HttpRequest) -> list[str]:
    tokens = request.COOKIES.get(COOKIE, "").split(".")
    return [each for each in tokens if TOKEN.fullmatch(each)]


def _worst_first(notice: Notice) -> tuple[int, bool, int, int]:
    """Order by severity, then those for all countries, then those for most, then the newest."""
    return (
        -notice.severity.rank,
        bool(notice.countries),
        -len(notice.countries),
        -notice.id,
    )
