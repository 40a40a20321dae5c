"""Give each request its basket without offers, which the shop does not make."""

from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from oscar.apps.basket import middleware

from checkout import placed


class ReaderRequest(HttpRequest):
    """A request after the middleware: with its basket and whoever is signed in."""

    basket: Any
    user: Any


def basket_in_cookie(request: HttpRequest) -> int | None:
    """Return the key of the basket that the visitor's cookie names, ordered or not."""
    signed = request.COOKIES.get(settings.OSCAR_BASKET_COOKIE_OPEN, "")
    try:
        return int(Signer().unsign(signed))
    except (BadSignature, ValueError):
        return None


class BasketMiddleware(middleware.BasketMiddleware):
    """Oscar's middleware; prices are the stock records' and nothing else."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Keep a page that shows somebody's basket out of caches that others share."""
        response = super().process_response(request, response)
        own = {settings.OSCAR_BASKET_COOKIE_OPEN, settings.SESSION_COOKIE_NAME}
        if own & request.COOKIES.keys():
            patch_vary_headers(response, ["Cookie"])
            response.headers.setdefault("Cache-Control", "private")
        return response

    def get_cookie_basket(self, cookie_key: str, request: HttpRequest, manager: Any) -> Any:
        """Return the basket that the cookie names; forget a cookie that names none.

        One that has become an order is still the proof that this visitor placed it.
        """
        try:
            basket = super().get_cookie_basket(cookie_key, request, manager)
        except ValueError:
            request.cookies_to_delete.append(cookie_key)  # type: ignore[attr-defined]
            return None
        if basket is None and (pk := basket_in_cookie(request)):
            placed.remember_order_of(request.session, pk)
        return basket

    def apply_offers_to_basket(self, request: HttpRequest, basket: Any) -> None:
        """Leave the lines at their prices."""
