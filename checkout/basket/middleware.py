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

    def apply_offers_to_basket(self, request: HttpRequest, basket: Any) -> None:
        """Leave the lines at their prices."""
