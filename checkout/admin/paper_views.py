"""The papers of an order, to be printed."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from checkout import printing, standing
from checkout.admin.parts import page_of

MOST_SLIPS = 50


def packing_slip(request: HttpRequest, order: Any) -> HttpResponse:
    """Show the packing slip of an order that is paid."""
    if not printing.has_packing_slip(order, standing.of_order(order)):
        return _none(request, order, "packing slip")
    return _pdf(printing.packing_slip(order=order), f"packing-slip-{order.number}")


def invoice(request: HttpRequest, order: Any) -> HttpResponse:
    """Show the invoice of an order that was paid."""
    if not printing.has_invoice(order):
        return _none(request, order, "invoice")
    return _pdf(printing.invoice(order=order), f"invoice-{order.number}")


def packing_slips(request: HttpRequest, chosen: QuerySet[Any]) -> HttpResponse | None:
    """Show the packing slips of many orders as one paper; leave out those that have none."""
    if chosen.count() > MOST_SLIPS:
        messages.error(request, f"Please choose at most {MOST_SLIPS} orders at once.")
        return None
    with_slip = []
    for order in chosen:
        if printing.has_packing_slip(order, standing.of_order(order)):
            with_slip.append(order)
        else:
            messages.warning(request, f"Order {order.number} has no packing slip.")
    if not with_slip:
        return None
    return _pdf(printing.packing_slips(orders=with_slip), "packing-slips")


def _none(request: HttpRequest, order: Any, paper: str) -> HttpResponse:
    words = f"Order {order.number} has no {paper}: it is {order.status.lower()}."
    messages.warning(request, words)
    return redirect(page_of(order))


def _pdf(content: bytes, name: str) -> HttpResponse:
    disposition = f'inline; filename="{name}.pdf"'
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": disposition},
    )
