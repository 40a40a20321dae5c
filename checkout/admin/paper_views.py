"""The papers of an order, to be printed."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from checkout import printing, standing
from checkout.admin import asking
from checkout.admin.parts import page_of

MOST_SLIPS = 50


def packing_slip(request: HttpRequest, order: Any) -> HttpResponse:
    """Show the packing slip of an order that is paid, or of one of its parcels."""
    if number := request.GET.get("parcel", ""):
        parcels = order.parcels.filter(pk=number if number.isdecimal() else None)
        parcel = get_object_or_404(parcels)
        return _pdf(printing.slip_of_parcel(parcel=parcel), f"packing-slip-{order.number}")
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
    with_slip, problems = [], []
    for order in chosen:
        if printing.has_packing_slip(order, standing.of_order(order)):
            with_slip.append(order)
        else:
            problems.append(f"Order {order.number} has no packing slip.")
    asking.tell_problems(request, problems)
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
