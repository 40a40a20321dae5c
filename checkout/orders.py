"""An order's own page, open to whoever holds its link."""

from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from oscar.core.loading import get_model

from checkout.models import Parcel

SALT = "checkout.orders"


class NotFound(Exception):
    """No order has that number, or the link was not made by us."""


def order_url(order: Any) -> str:
    """Return the whole address of an order's page, to be put in mails."""
    token = _signer().signature(order.number)
    return settings.SITE_URL + reverse("order", args=[order.number, token])


def open_order(*, number: str, token: str) -> Any:
    """Return an order with all that its page shows, in a fixed number of queries.

    :raises NotFound: if the link is not one that `order_url` made.
    """
    try:
        # The signer compares in constant time, and knows rotated keys.
        _signer().unsign(f"{number}:{token}")
    except BadSignature as error:
        raise NotFound from error
    order = load_order(number=number)
    if order is None:
        raise NotFound
    return order


def load_order(*, number: str) -> Any:
    """Return an order with lines, address, payments, refunds and parcels, or None."""
    lines = get_model("order", "Line").objects.select_related("product__parent")
    lines = lines.prefetch_related(
        "product__parent__images",
        "product__parent__categories",
        "product__parent__contributions__contributor",
    )
    return (
        get_model("order", "Order")
        .objects.select_related("shipping_address__country", "user")
        .prefetch_related(
            Prefetch("lines", lines.order_by("pk")),
            "payment_attempts",
            "money_movements",
            "refund_requests__lines",
            "disputes",
            "mails",
            "parcel_notices",
            "held_parcels__interruption",
            Prefetch("parcels", Parcel.objects.prefetch_related("lines__line")),
            "surcharges",
        )
        .filter(number=number)
        .first()
    )


def orders_of(*, user: Any) -> QuerySet[Any]:
    """Return a reader's orders, newest first."""
    return get_model("order", "Order").objects.filter(user=user).order_by("-date_placed")


def _signer() -> Signer:
    return Signer(salt=SALT)
