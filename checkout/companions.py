"""What of "Frequently Bought Together" is of use to whoever looks at the page.

A visitor without basket, account or chosen country costs no query, and sees what a cache
may keep for everybody.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from oscar.core.loading import get_model

from catalog import together
from catalog.together import Companion, Together
from shipping import quoting
from shipping.delivery import weight_of
from shipping.destination import chosen_country
from shipping.rates import Load

HAS_BOUGHT = ("Paid", "In progress", "Dispatched")


def of_page(
    request: HttpRequest, *, this: Companion, others: Sequence[Companion], now: datetime
) -> Together | None:
    """Return this book and up to three others that this reader lacks and can be sent.

    Where parcels are suspended a book is offered as a download, if there is one.
    """
    if not others:
        return None
    has_already = _in_basket(request) | _bought(request)
    held = _not_reached(chosen_country(request), [this, *others], now=now)

    def fitting(companion: Companion) -> Companion | None:
        return companion.downloads if companion.offer.edition.pk in held else companion

    return together.choose(
        this=this,
        others=others,
        is_unwanted=lambda companion: companion.work.pk in has_already,
        fitting=fitting,
    )


def _in_basket(request: Any) -> set[int]:
    """Return the works in the visitor's basket."""
    if settings.OSCAR_BASKET_COOKIE_OPEN not in request.COOKIES and not _has_session(request):
        return set()
    lines = get_model("basket", "Line").objects.filter(basket=request.basket.pk)
    return set(lines.values_list("product__parent", flat=True))


def _bought(request: Any) -> set[int]:
    """Return the works that whoever is signed in has paid for."""
    if not _has_session(request) or not request.user.is_authenticated:
        return set()
    lines = get_model("order", "Line").objects.filter(
        order__user=request.user, order__status__in=HAS_BOUGHT
    )
    return set(lines.values_list("product__parent", flat=True))


def _has_session(request: HttpRequest) -> bool:
    return settings.SESSION_COOKIE_NAME in request.COOKIES


def _not_reached(
    country_code: str, companions: Iterable[Companion], *, now: datetime
) -> set[int]:
    """Return the printed editions that cannot go to the chosen country."""
    printed = [each.offer for each in companions if not each.offer.edition.is_digital]
    place = quoting.find_place(country_code=country_code) if country_code else None
    if place is None or not printed:
        return set()
    loads = [Load((weight_of(one.edition),), one.price or Decimal(0)) for one in printed]
    decisions = quoting.decide_each(place=place, loads=loads, now=now)
    return {
        one.edition.pk
        for one, decision in zip(printed, decisions, strict=True)
        if not decision.can_be_sent
    }
