"""What staff do with an order at one press of a button."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from checkout import confirming, locks
from checkout.admin import asking, order_page
from checkout.admin.forms import NoteForm
from checkout.admin.parts import log, page_of


def packing(request: HttpRequest, order: Any) -> HttpResponse:
    """Begin packing."""
    done = asking.begin_packing([order])
    asking.report(request, done, one="The order is being packed.", logged="Began packing")
    return redirect(page_of(order))


def stripe(request: HttpRequest, order: Any) -> HttpResponse:
    """Ask Stripe how the order's payments stand."""
    done = asking.ask_stripe([order])
    words = "Stripe was asked; what it said is below."
    asking.report(request, done, one=words, logged="Asked Stripe again")
    return redirect(page_of(order))


def confirmation(request: HttpRequest, order: Any) -> HttpResponse:
    """Send the confirmation again."""
    given = request.POST.get("number", "")
    number = int(given) if given.isascii() and given.isdecimal() and len(given) < 5 else 0  # noqa: PLR2004
    try:
        is_sent = confirming.send_again(order=order, number=number, now=timezone.now())
    except confirming.NotConfirmable as reason:
        messages.error(request, str(reason))
    except locks.Busy:
        messages.error(request, f"The order: {asking.BUSY}.")
    else:
        if is_sent:
            log(request, [order], "Sent the confirmation again")
            messages.success(request, "The confirmation goes out again.")
    return redirect(page_of(order))


def note(request: HttpRequest, order: Any) -> HttpResponse:
    """Write a note beside the order."""
    form = NoteForm(request.POST)
    if not form.is_valid():
        return order_page.show(request, order, note_form=form)
    if form.write(order, by=request.user, now=timezone.now()):
        log(request, [order], "Added a note")
    return redirect(page_of(order))
