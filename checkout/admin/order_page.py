"""An order's page: how it stands, what can be done, what happened."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from checkout import attention, confirming, ledger, orders, printing, standing, timeline
from checkout.addresses import lines as lines_of
from checkout.admin import possible
from checkout.admin.forms import NoteForm
from checkout.admin.parts import Order
from checkout.admin.permissions import MAY_REFUND, MAY_SETTLE_NOTICES, MAY_WORK
from checkout.models import MoneyMovement
from checkout.models.payments import shown

Kind = MoneyMovement.Kind


def show(
    request: HttpRequest, order: Any, *, note_form: NoteForm | None = None
) -> HttpResponse:
    """Show an order to staff."""
    now = timezone.now()
    known = Order.objects.select_related("shipping_address__country", "user")
    order = attention.with_matters(known, now=now).get(pk=order.pk)
    lines = standing.of_order(order)
    user: Any = request.user
    told = {str(notice) for notice in order.open_notices}
    return render(
        request,
        "order.html",
        order,
        title=f"Order {order.number}",
        subtitle=order.status,
        reasons=[word for word in attention.words(order, now=now) if word not in told],
        notices=order.open_notices,
        may_settle_notices=user.has_perm(MAY_SETTLE_NOTICES),
        acts=possible.acts(order, lines, user),
        next_confirmation=confirming.next_number(order),
        lines=lines,
        email=order.guest_email or (order.user.email if order.user else ""),
        address=lines_of(order.shipping_address) if order.shipping_address else [],
        money=money_of(order),
        # With the link one can cancel the order, as its reader can.
        readers_page=orders.order_url(order) if user.has_perm(MAY_REFUND) else "",
        has_packing_slip=printing.has_packing_slip(order, lines),
        has_invoice=printing.has_invoice(order),
        entries=timeline.of_order(order),
        note_form=(note_form or NoteForm()) if user.has_perm(MAY_WORK) else None,
    )


def money_of(order: Any) -> list[tuple[str, str]]:
    """Return what came, what went and what is held, in words; nothing for none."""
    movements = order.money_movements.all()
    sums = {kind: sum(m.amount for m in movements if m.kind == kind) for kind in Kind}
    parts = [
        ("Paid", sums[Kind.PAYMENT]),
        ("Refunded", sums[Kind.REFUND] - sums[Kind.RETURN]),
        ("Lost in a dispute", sums[Kind.CHARGEBACK]),
    ]
    found = [(words, amount) for words, amount in parts if amount]
    if len(found) > 1:
        found.append(("Held", ledger.money_held(movements)))
    return [(words, shown(amount, order.currency)) for words, amount in found]


def render(request: HttpRequest, template: str, order: Any, **context: Any) -> HttpResponse:
    """Return a page about an order, inside the admin."""
    site = admin.site.each_context(request)
    given = {**site, "opts": Order._meta, "order": order, **context}
    return TemplateResponse(request, f"admin/order/{template}", given)
