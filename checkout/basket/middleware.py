"""Give each request its basket without offers, which the shop does not make."""

from typing import Any

from django.http import HttpRequest
from oscar.apps.basket import middleware


class ReaderRequest(HttpRequest):
    """A request after the middleware: with its basket and whoever is signed in."""

    basket: Any
    user: Any


class BasketMiddleware(middleware.BasketMiddleware):
    """Oscar's middleware; prices are the stock records' and nothing else."""

    def get_cookie_basket(self, cookie_key: str, request: HttpRequest, manager: Any) -> Any:
        """Return the basket that the cookie names; forget a cookie that names none."""
        try:
            return super().get_cookie_basket(cookie_key, request, manager)
        except ValueError:
            request.cookies_to_delete.append(cookie_key)  # type: ignore[attr-defined]
            return None

    def apply_offers_to_basket(self, request: HttpRequest, basket: Any) -> None:
        """Leave the lines at their prices."""
