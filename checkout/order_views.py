"""An order's own page, behind a signed link."""

from operator import attrgetter
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from checkout import (
    cancelling,
    held,
    held_up,
    keys,
    locks,
    orders,
    placed,
    reopening,
    stakes,
    states,
)
from checkout.basket.middleware import ReaderRequest
from checkout.models import HeldParcel, RefundRequest
from checkout.standing import needs_parcel
from checkout.views import to_payment

CHOSEN = {
    HeldParcel.Choice.WAIT: "We wait with you: your books leave as soon as parcels go again.",
    HeldParcel.Choice.SWAP: "You get the e-books instead, and the difference goes back to you.",
    HeldParcel.Choice.REFUND: "These books are not sent, and your money goes back to you.",
}

NOT_TOLD = (
    "Nothing was charged: your parcel cannot be sent now. Please read why before you pay."
)


@never_cache
@require_safe
def order(request: ReaderRequest, number: str, token: str) -> HttpResponse:
    """Tell how the order stands and what can be done about it."""
    found: Any = _open(number, token)
    now = timezone.now()
    holding = held.questions(order=found, now=now)
    return _show(
        request,
        "order",
        found,
        token,
        holding=holding,
        suspension=None if holding else held_up.to_tell(order=found, now=now),
        # Of an order whose books became e-books the address is left.
        has_parcel=bool(found.shipping_address) and any(map(needs_parcel, found.lines.all())),
    )


@never_cache
@require_POST
def pay(request: ReaderRequest, number: str, token: str) -> HttpResponse:
    """Go to Stripe's page again; whoever holds the link may come back from there.

    Not while parcels are suspended, unless the page with the button has said so.
    """
    found: Any = _open(number, token)
    notice = held_up.to_tell(order=found, now=timezone.now())
    if notice and request.POST.get("told") != str(notice.id):
        messages.warning(request, NOT_TOLD)
        return redirect("order", number=number, token=token)
    placed.remember(request.session, [number])
    return to_payment(request, found)


@never_cache
@require_POST
def change(request: ReaderRequest, number: str, token: str) -> HttpResponse:
    """Cancel an order that is not paid and put its books back into the basket."""
    found = _open(number, token)
    try:
        left_out = reopening.reopen(
            order=found,
            basket=request.basket,
            now=timezone.now(),
        )
    except cancelling.NotCancelled as refusal:
        messages.warning(request, str(refusal))
        return redirect("order", number=number, token=token)
    for reason in left_out:
        messages.warning(request, reason)
    messages.success(
        request, f"Order {number} was cancelled, nothing was charged. Its books are back here."
    )
    return redirect("basket:summary")


@never_cache
@require_POST
def again(request: ReaderRequest, number: str, token: str) -> HttpResponse:
    """Put the books of an order that has come to nothing into the basket."""
    found: Any = _open(number, token)
    if not states.state_of(order=found).can_be_ordered_again:
        return redirect("order", number=number, token=token)
    left_out = reopening.order_again(order=found, basket=request.basket)
    for reason in left_out:
        messages.warning(request, reason)
    if request.basket.num_lines:
        messages.success(request, f"What we have of order {number} is in your basket.")
    return redirect("basket:summary")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: ReaderRequest, number: str, token: str) -> HttpResponse:
    """Ask whether to cancel, then do it; what was paid goes back."""
    found = _open(number, token)
    if request.method != "POST":
        if not cancelling.can_be_cancelled(found):
            return redirect("order", number=number, token=token)
        return _show(request, "cancel", found, token, form_key=uuid4())
    try:
        cancelling.cancel(
            order=found,
            reason=RefundRequest.Reason.READER,
            form_key=keys.readers_key(found, request.POST.get("form_key", "")),
            now=timezone.now(),
        )
    except cancelling.NotCancelled as reason:
        messages.warning(request, str(reason))
    return redirect("order", number=number, token=token)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def parcel(request: ReaderRequest, number: str, token: str) -> HttpResponse:
    """Let a reader choose what becomes of a parcel that is held back."""
    found: Any = _open(number, token)
    now = timezone.now()
    asked = list(found.held_parcels.all())
    if not asked:
        return redirect("order", number=number, token=token)
    holding = held.questions(order=found, now=now)
    # Of several the one that is still open: what becomes of the parcel is decided once.
    question = min(holding or asked, key=attrgetter("is_decided"))
    choice = request.POST.get("choice", "")
    if request.method != "POST" or choice not in HeldParcel.Choice:
        return _show(
            request,
            "held_parcel",
            found,
            token,
            question=question,
            is_held=question in holding,
            stake=stakes.of_order(found),
            is_missing=request.method == "POST",
        )
    try:
        shown = request.POST.get(f"{choice}_shown", "")
        held.choose(held=question, choice=choice, now=now, shown=shown)
    except held.NotPossible as reason:
        messages.warning(request, str(reason))
    except locks.Busy:
        messages.warning(request, "We are just working on your order. Please try again.")
    else:
        messages.success(request, CHOSEN[HeldParcel.Choice(choice)])
    return redirect("order", number=number, token=token)


def _open(number: str, token: str) -> object:
    try:
        return orders.open_order(number=number, token=token)
    except orders.NotFound as error:
        raise Http404 from error


def _show(
    request: ReaderRequest, name: str, found: object, token: str, **context: object
) -> HttpResponse:
    context |= {"order": found, "state": states.state_of(order=found), "token": token}
    context |= {"lines": states.lines_of(order=found)}
    response = render(request, f"checkout/{name}.html", context)
    # The address is the key: it must not reach other sites. The page's own forms
    # need it, though: without a referrer a browser hides their origin, too.
    response["Referrer-Policy"] = "same-origin"
    return response
