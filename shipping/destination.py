"""Which country a visitor chose for the parcel: the one place where a page depends on it.

The choice is the cookie `country`, set by a POST and by nothing else. A page without it
is the same for everybody; one that reads it says `Vary: Cookie` only to a visitor who has
it (`shipping.middleware`), so a cache may keep one copy for each country. A proxy's guess
(`COUNTRY_HEADER`) is put into the form and decides nothing.
"""

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

COOKIE = "country"
A_YEAR = 60 * 60 * 24 * 365
CODE = re.compile(r"[A-Z]{2}")
WAS_ASKED = "shipping.country_was_asked"
WAS_GUESSED = "shipping.country_was_guessed"


def chosen_country(request: HttpRequest) -> str:
    """Return the code that the visitor chose (ISO 3166-1 alpha-2), empty for none.

    It has the form of a code; whether there is such a country, the database knows.
    """
    request.META[WAS_ASKED] = True
    return _code(request.COOKIES.get(COOKIE, ""))


def suggested_country(request: HttpRequest) -> str:
    """Return where the visitor seems to be, as a proxy of ours says; empty if unknown."""
    if not settings.COUNTRY_HEADER:
        return ""
    request.META[WAS_GUESSED] = True
    return _code(request.headers.get(settings.COUNTRY_HEADER, ""))


def headers_read(request: HttpRequest) -> list[str]:
    """Return the headers that the choice or the guess were read from, for `Vary`."""
    was_read = request.META.get(WAS_ASKED) and COOKIE in request.COOKIES
    headers = ["Cookie"] if was_read else []
    return headers + ([settings.COUNTRY_HEADER] if request.META.get(WAS_GUESSED) else [])


def remember(response: HttpResponse, country_code: str) -> None:
    """Keep a choice for a year; an empty one is forgotten."""
    if not country_code:
        response.delete_cookie(COOKIE, samesite="Lax")
        return
    response.set_cookie(
        COOKIE,
        country_code,
        max_age=A_YEAR,
        secure=settings.IS_HTTPS,
        httponly=True,
        samesite="Lax",
    )


def way_back(request: HttpRequest, *, otherwise: str) -> str:
    """Return the page of the shop that a form was sent from, if it names one."""
    page = request.POST.get("next", "")
    is_own = page.startswith("/") and url_has_allowed_host_and_scheme(page, allowed_hosts=None)
    return page if is_own and page.isprintable() else otherwise


def _code(text: str) -> str:
    return text if CODE.fullmatch(text) else ""
