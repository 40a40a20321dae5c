"""The paid parcels that an interruption holds back, and what is done about them."""

from collections.abc import Sequence

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from checkout import affected, held, locks
from checkout.admin.asking import too_many
from checkout.admin.parts import Order, log
from checkout.admin.permissions import MAY_REFUND, MAY_SEE
from checkout.affected import Waiting
from checkout.models import HeldParcel
from checkout.models.payments import shown
from shipping.models import Interruption
from shipping.rules import Severity

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


def page(request: HttpRequest, pk: int) -> HttpResponse:
    """List the orders; ask once more; do it."""
    if not request.user.has_perms([MAY_SEE, MAY_REFUND]):
        raise PermissionDenied
    interruption = get_object_or_404(Interruption, pk=pk)
    rows = affected.parcels(interruption=interruption)
    ticked = request.POST.getlist("order")
    chosen = [row for row in rows if str(row.order.pk) in ticked or "all" in request.POST]
    act = request.POST.get("act", "")
    if request.method != "POST" or "back" in request.POST:
        return _show(request, interruption, rows)
    if act not in ACTS or not chosen:
        messages.warning(request, "Tick at least one order and choose what to do.")
        return _show(request, interruption, rows, ticked=ticked)
    if too_many(request, len(chosen)):
        return _show(request, interruption, rows)
    if "confirm" not in request.POST:
        return _show(request, interruption, chosen, act=act)
    _do(request, interruption, chosen, act)
    return redirect("admin:order_order_held", pk=pk)


def _show(
    request: HttpRequest,
    interruption: Interruption,
    rows: list[Waiting],
    *,
    act: str = "",
    ticked: Sequence[str] = (),
) -> HttpResponse:
    is_suspension = interruption.severity == Severity.SUSPENDED
    context = {
        **admin.site.each_context(request),
        "opts": Order._meta,
        "title": f"Parcels held back: {interruption.title}",
        "interruption": interruption,
        "stops_parcels": is_suspension and interruption.is_in_force(timezone.now()),
        "rows": rows,
        "ticked": {row.order.pk for row in rows if str(row.order.pk) in ticked},
        "acts": ACTS,
        "act": act,
        "act_in_words": ACTS.get(act, ""),
        "sums": _sums(rows, act),
    }
    template = "held_check.html" if act else "held.html"
    return TemplateResponse(request, f"admin/order/{template}", context)


def _sums(rows: list[Waiting], act: str) -> list[str]:
    """Return what goes back to all readers together, in each currency."""
    sums: dict[str, int] = {}
    for row in rows:
        if act == Choice.REFUND:
            amount = row.stake.refund
        elif act == Choice.SWAP and row.stake.can_be_swapped:
            amount = row.stake.swap_refund
        else:
            continue
        sums[row.stake.currency] = sums.get(row.stake.currency, 0) + amount
    return [shown(amount, currency) for currency, amount in sums.items()]


def _do(
    request: HttpRequest, interruption: Interruption, rows: list[Waiting], act: str
) -> None:
    for row in rows:
        try:
            is_done = _act(request, interruption, row, act)
        except held.NotPossible as reason:
            messages.error(request, f"Order {row.order.number}: {reason}")
        except locks.Busy:
            words = f"Order {row.order.number}: somebody else is working on it."
            messages.error(request, words)
        else:
            if not is_done:
                messages.info(
                    request, f"Order {row.order.number}: its reader was asked before."
                )
                continue
            log(request, [row.order], DONE[act])
            done = DONE[act][0].lower() + DONE[act][1:]
            messages.success(request, f"Order {row.order.number}: {done}.")


def _act(request: HttpRequest, interruption: Interruption, row: Waiting, act: str) -> bool:
    now = timezone.now()
    if act == ASK:
        return held.ask(order=row.order, interruption=interruption, now=now)
    held.decide(
        order=row.order,
        interruption=interruption,
        choice=act,
        by=request.user,
        now=now,
        shown=request.POST.get(f"shown-{row.order.pk}", ""),
    )
    return True
