"""The addresses of an order's pages, each behind the right to do what it does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path

from checkout.admin import (
    cancel_page,
    held_page,
    order_acts,
    paper_views,
    parcel_page,
    refund_page,
)
from checkout.admin.parts import Order, page_of
from checkout.admin.permissions import MAY_REFUND, MAY_SEE, MAY_SEND, MAY_WORK

View = Callable[[HttpRequest, Any], HttpResponse]


@dataclass(frozen=True)
class OrderPage:
    """A page of an order: its name in the address, its view, who may use it."""

    name: str
    view: View
    permission: str
    has_page: bool = False  # whether there is something to see without posting

    def __call__(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Answer a request for it."""
        if not request.user.has_perms([MAY_SEE, self.permission]):
            raise PermissionDenied
        orders = Order.objects.select_related("shipping_address__country", "user")
        order = get_object_or_404(orders, pk=pk)
        if request.method != "POST" and not self.has_page:
            # As after signing in again.
            return redirect(page_of(order))
        return self.view(request, order)


PAGES = [
    OrderPage("refund", refund_page.refund, MAY_REFUND, has_page=True),
    OrderPage("parcel", parcel_page.parcel, MAY_SEND, has_page=True),
    OrderPage("cancellation", cancel_page.cancellation, MAY_REFUND, has_page=True),
    OrderPage("packing", order_acts.packing, MAY_SEND),
    OrderPage("stripe", order_acts.stripe, MAY_WORK),
    OrderPage("confirmation", order_acts.confirmation, MAY_WORK),
    OrderPage("note", order_acts.note, MAY_WORK),
    OrderPage("packing-slip", paper_views.packing_slip, MAY_SEE, has_page=True),
    OrderPage("invoice", paper_views.invoice, MAY_SEE, has_page=True),
]


def urls(site: AdminSite) -> list[Any]:
    """Return the addresses."""
    held = path("held/<int:pk>/", site.admin_view(held_page.page), name="order_order_held")
    return [
        held,
        *(
            path(
                f"<int:pk>/{page.name}/",
                site.admin_view(page),
                name=f"order_order_{page.name}",
            )
            for page in PAGES
        ),
    ]
