"""Call an order off, after saying what that will do."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from checkout import cancelling, refunding
from checkout.admin.forms import CancelForm
from checkout.admin.order_page import render
from checkout.admin.parts import log, page_of
from checkout.models import RefundRequest
from checkout.models.payments import shown


def cancellation(request: HttpRequest, order: Any) -> HttpResponse:
    """Show what will happen; then do it."""
    if not cancelling.can_be_cancelled(order):
        words = f"Order {order.number} cannot be cancelled now: it is {order.status.lower()}."
        messages.warning(request, words)
        return redirect(page_of(order))
    form = CancelForm(request.POST or None)
    if form.is_valid():
        cleaned = form.cleaned_data
        try:
            asked = {"by": request.user, "now": timezone.now(), **cleaned}
            is_new = cancelling.cancel(order=order, **asked)
        except cancelling.NotCancelled as refusal:
            form.add_error(None, str(refusal))
        else:
            reason = RefundRequest.Reason(cleaned["reason"]).label.lower()
            note = f" ({cleaned['note']})" if cleaned["note"] else ""
            if is_new:
                log(request, [order], f"Cancelled: {reason}{note}")
            _tell(request, order)
            return redirect(page_of(order))
    most = refunding.most(order)
    return render(
        request,
        "cancellation.html",
        order,
        title=f"Cancel order {order.number}",
        form=form,
        is_unpaid=order.status == "Pending payment",
        price=shown(most, order.currency) if most else "",
    )


def _tell(request: HttpRequest, order: Any) -> None:
    order.refresh_from_db()
    if order.status in {"Cancelled", "Refunded"}:
        messages.success(request, f"Order {order.number} is {order.status.lower()}.")
        return
    words = "The refund is asked for. It is not through yet; it goes on by itself."
    messages.success(request, words)
