"""Send a parcel: what is in it, and how it is followed."""

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from checkout import addresses, locks, parcels, standing
from checkout.admin.forms import ParcelForm
from checkout.admin.order_page import render
from checkout.admin.parts import log, page_of
from checkout.models import Parcel

USUAL_CARRIERS = ["DHL", "FedEx", "Royal Mail", "UPS", "USPS"]
CARRIERS_OFFERED = 20


def parcel(request: HttpRequest, order: Any) -> HttpResponse:
    """Show the form; then do it."""
    form = ParcelForm(request.POST or None, order=order)
    if form.sent_before(order.parcels.all()):
        return _known(request, order)
    if form.is_valid():
        now, cleaned = timezone.now(), form.cleaned_data
        try:
            sent = parcels.send(
                order=order,
                copies=form.copies(),
                form_key=cleaned["form_key"],
                now=now,
                carrier=cleaned["carrier"],
                tracking_number=cleaned["tracking_number"],
                tracking_url=cleaned["tracking_url"],
                sent_by=request.user,
            )
        except (parcels.NotSendable, locks.Busy) as refusal:
            busy = "Somebody else is working on the order. Please try again."
            form.add_error(None, str(refusal) or busy)
        else:
            return (
                _sent(request, order, sent) if sent.sent_at == now else _known(request, order)
            )
    reason = _why_not(order, form)
    if not request.POST and reason:
        messages.warning(request, f"Order {order.number} cannot be sent: {reason}.")
        return redirect(page_of(order))
    return _show(request, order, form)


def _known(request: HttpRequest, order: Any) -> HttpResponse:
    messages.warning(request, "This parcel was on record already: nothing was done twice.")
    return redirect(page_of(order))


def _sent(request: HttpRequest, order: Any, sent: Parcel) -> HttpResponse:
    copies = sum(each.quantity for each in sent.lines.all())
    number = f"{copies} {'copy' if copies == 1 else 'copies'}"
    by = f" by {sent.carrier}" if sent.carrier else ""
    log(request, [order], f"Sent a parcel with {number}{by}")
    messages.success(request, f"A parcel with {number} is on record; the reader gets a mail.")
    return redirect(page_of(order))


def _why_not(order: Any, form: ParcelForm) -> str:
    if order.status not in parcels.SENDABLE:
        return f"it is {order.status.lower()}"
    if order.disputes.filter(closed_at=None).exists():
        return "its payment is disputed"
    return "" if form.rows else "nothing of it is left to be sent"


def _show(request: HttpRequest, order: Any, form: ParcelForm) -> HttpResponse:
    used = Parcel.objects.exclude(carrier="").values_list("carrier").annotate(times=Count("pk"))
    often = [carrier for carrier, _ in used.order_by("-times", "carrier")[:CARRIERS_OFFERED]]
    return render(
        request,
        "parcel.html",
        order,
        title=f"Dispatch order {order.number}",
        form=form,
        address=addresses.label(order.shipping_address) if order.shipping_address else [],
        downloads=[each.line for each in standing.of_order(order) if not each.is_parcel],
        carriers=list(dict.fromkeys([*often, *USUAL_CARRIERS])),
    )
