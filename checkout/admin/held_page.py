"""The paid parcels that an interruption holds back, and what is done about them."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from checkout import held, locks, stakes
from checkout.admin.parts import Order, log
from checkout.admin.permissions import MAY_REFUND, MAY_SEE
from checkout.models import HeldParcel
from shipping.models import Interruption

Choice = HeldParcel.Choice
ASK = "ask"
ACTS = {
    ASK: "Write to the readers and let them choose",
    Choice.WAIT: "Wait, without asking",
    Choice.SWAP: "Send the e-books instead, refund the difference",
    Choice.REFUND: "Refund what was not sent",
}
DONE = {
    ASK: "Asked the reader what shall become of the held parcel",
    Choice.WAIT: "Held parcel: waiting",
    Choice.SWAP: "Held parcel: e-books instead, difference refunded",
    Choice.REFUND: "Held parcel: refunded",
}


@dataclass(frozen=True)
class Row:
    """An order as the page lists it."""

    order: Any
    stake: stakes.Stake
    question: HeldParcel | None


def page(request: HttpRequest, pk: int) -> HttpResponse:
    """List the orders; ask once more; do it."""
    if not request.user.has_perms([MAY_SEE, MAY_REFUND]):
        raise PermissionDenied
    interruption = get_object_or_404(Interruption, pk=pk)
    rows = _rows(interruption)
    chosen = [row for row in rows if str(row.order.pk) in request.POST.getlist("order")]
    act = request.POST.get("act", "")
    if request.method != "POST" or "back" in request.POST:
        return _show(request, interruption, rows)
    if act not in ACTS or not chosen:
        messages.warning(request, "Tick at least one order and choose what to do.")
        return _show(request, interruption, rows)
    if "confirm" not in request.POST:
        return _show(request, interruption, chosen, act=act)
    _do(request, interruption, chosen, act)
    return redirect("admin:order_order_held", pk=pk)


def _rows(interruption: Interruption) -> list[Row]:
    found = []
    for order in held.affected(interruption=interruption):
        known = [q for q in order.held_parcels.all() if q.interruption_id == interruption.pk]
        at_stake = stakes.of_order(order)
        if at_stake.lines:
            found.append(Row(order, at_stake, next(iter(known), None)))
    return found


def _show(
    request: HttpRequest, interruption: Interruption, rows: list[Row], *, act: str = ""
) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "opts": Order._meta,
        "title": f"Parcels held back: {interruption.title}",
        "interruption": interruption,
        "rows": rows,
        "acts": ACTS,
        "act": act,
        "act_in_words": ACTS.get(act, ""),
    }
    template = "held_check.html" if act else "held.html"
    return TemplateResponse(request, f"admin/order/{template}", context)


def _do(request: HttpRequest, interruption: Interruption, rows: list[Row], act: str) -> None:
    now = timezone.now()
    for row in rows:
        try:
            if act == ASK:
                held.ask(orders=[row.order], interruption=interruption, now=now)
            else:
                held.decide(
                    order=row.order,
                    interruption=interruption,
                    choice=act,
                    by=request.user,
                    now=now,
                )
        except held.NotPossible as reason:
            messages.error(request, f"Order {row.order.number}: {reason}")
        except locks.Busy:
            words = f"Order {row.order.number}: somebody else is working on it."
            messages.error(request, words)
        else:
            log(request, [row.order], DONE[act])
            messages.success(request, f"Order {row.order.number}: {DONE[act].lower()}.")
