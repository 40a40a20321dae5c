"""Keep other sites from posting to the forms that carry no CSRF token.

The add-to-basket and sign-up forms stand on pages that one cache serves to
everybody, so they cannot hold a token of their own. The browser says instead
where a request comes from: `Sec-Fetch-Site` (Fetch Metadata), else `Origin`.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

View = Callable[..., HttpResponse]


def is_same_origin(request: HttpRequest) -> bool:
    """Tell whether the browser vouches that this shop's own page sent the request."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    own = f"{request.scheme}://{request.get_host()}"
    return origin is not None and origin in {own, settings.SITE_URL}


def same_origin_required(view: View) -> View:
    """Refuse requests from elsewhere; take the place of the CSRF token."""

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_same_origin(request):
            message = "This form can only be sent from the shop's own pages."
            raise PermissionDenied(message)
        return view(request, *args, **kwargs)

    return guarded
