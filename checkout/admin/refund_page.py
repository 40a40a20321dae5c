"""Give money back: fill in, check, confirm."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from checkout import locks, refunding, refunds
from checkout.admin.forms import RefundForm
from checkout.admin.order_page import render
from checkout.admin.parts import log, page_of
from checkout.models import RefundRequest

State = RefundRequest.State
TOLD = {
    State.NEW: "{} is asked for. Stripe cannot be reached just now; it goes by itself.",
    State.PENDING: "{} is on its way: the bank still has to confirm it.",
    State.SUCCEEDED: "{} was sent back.",
}


def refund(request: HttpRequest, order: Any) -> HttpResponse:
    """Show the form; then what it comes to; then do it."""
    if not request.POST:
        return _begin(request, order)
    form = RefundForm(request.POST, order=order, most=refunding.most(order))
    if known := form.sent_before(order.refund_requests.all()):
        return _known(request, order, known)
    if not form.is_valid() or "change" in request.POST:
        return _show(request, order, form)
    amount = form.choice().amount(order)
    if request.POST.get("confirm") != str(amount):
        return _check(request, order, form, amount)
    return _do(request, order, form)


def _begin(request: HttpRequest, order: Any) -> HttpResponse:
    most = refunding.most(order)
    reason = "" if most else "no money of it is held"
    if order.disputes.filter(closed_at=None).exists():
        reason = "the bank holds the money until the dispute is decided"
    if reason:
        messages.warning(request, f"Order {order.number} cannot be refunded: {reason}.")
        return redirect(page_of(order))
    return _show(request, order, RefundForm(order=order, most=most))


def _known(request: HttpRequest, order: Any, known: RefundRequest) -> HttpResponse:
    messages.warning(request, f"{known} was asked for with this form: nothing more is.")
    return redirect(page_of(order))


def _show(request: HttpRequest, order: Any, form: RefundForm) -> HttpResponse:
    return render(
        request,
        "refund.html",
        order,
        title=f"Refund order {order.number}",
        form=form,
        held=form.price(form.held),
        before=order.refund_requests.exclude(state=State.FAILED),
    )


def _check(request: HttpRequest, order: Any, form: RefundForm, amount: int) -> HttpResponse:
    reason = RefundRequest.Reason(form.cleaned_data["reason"])
    return render(
        request,
        "refund_check.html",
        order,
        title=f"Refund order {order.number}: please check",
        form=form,
        amount=amount,
        price=form.price(amount),
        left=form.price(form.held - amount),
        is_all=amount == form.held,
        reason=reason.label,
        is_returned=reason == RefundRequest.Reason.RETURNED,
    )


def _do(request: HttpRequest, order: Any, form: RefundForm) -> HttpResponse:
    cleaned = form.cleaned_data
    try:
        made, is_new = refunding.refund(
            order=order,
            choice=form.choice(),
            form_key=cleaned["form_key"],
            now=timezone.now(),
            reason=cleaned["reason"],
            copies_come_back=cleaned["copies_come_back"],
            note=cleaned["note"],
            asked_by=request.user,
        )
    except (refunds.NotRefundable, locks.Busy) as refusal:
        busy = "Somebody else is working on the order. Please try again."
        form.add_error(None, str(refusal) or busy)
        return _show(request, order, form)
    if not is_new:
        return _known(request, order, made)
    verb = "Refunded" if made.state == State.SUCCEEDED else "Asked to refund"
    log(request, [order], f"{verb} {made.price}: {made.get_reason_display().lower()}")
    if made.state == State.FAILED:
        messages.error(request, f"{made} did not work: {made.error}")
    else:
        messages.success(request, TOLD[State(made.state)].format(made))
    return redirect(page_of(order))
