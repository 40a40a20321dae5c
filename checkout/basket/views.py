"""The basket page and what is sent to it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bookstore.origin import same_origin_required
from catalog.models import Product
from checkout import orders, placed
from checkout.basket import contents, sending
from checkout.basket.forms import AddForm, QuantityForm
from checkout.basket.middleware import ReaderRequest
from shipping.destination import chosen_country

MOST_AT_ONCE = 10


@never_cache
@require_safe
def summary(request: ReaderRequest) -> HttpResponse:
    """Show the basket."""
    basket = contents.read(basket=request.basket)
    context = {
        "basket": basket,
        "sending": sending.to_country(
            basket=basket, country_code=chosen_country(request), now=timezone.now()
        ),
        "removed": _removed(request),
        "waiting": [
            {"order": order, "url": orders.order_url(order)} for order in placed.unpaid(request)
        ],
    }
    return render(request, "basket/summary.html", context)


@require_POST
@same_origin_required
def add(request: ReaderRequest) -> HttpResponse:
    """Put one or several editions into the basket."""
    form = AddForm(request.POST)
    wanted = _editions(request.POST.getlist("edition"))
    if not wanted:
        messages.error(request, "Tick at least one book to add it.")
        return redirect("basket:summary")
    if not form.is_valid():
        messages.error(request, _first_error(form))
        return redirect(wanted[0].get_absolute_url())
    try:
        left_out = contents.add(
            basket=request.basket, editions=wanted, quantity=form.cleaned_data["quantity"]
        )
    except contents.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(wanted[0].get_absolute_url())
    for reason in left_out:
        messages.warning(request, reason)
    messages.success(request, _added(len(wanted) - len(left_out), wanted[0]))
    return redirect("basket:summary")


@require_POST
def change(request: ReaderRequest, line: int) -> HttpResponse:
    """Set how many copies a line asks for."""
    form = QuantityForm(request.POST)
    if not form.is_valid():
        messages.error(request, _first_error(form))
        return redirect("basket:summary")
    try:
        contents.change(
            basket=request.basket, line_id=line, quantity=form.cleaned_data["quantity"]
        )
    except contents.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Your basket is up to date.")
    return redirect("basket:summary")


@require_POST
def remove(request: ReaderRequest, line: int) -> HttpResponse:
    """Take a line out and offer to put it back."""
    removed = contents.remove(basket=request.basket, line_id=line)
    query = f"?{urlencode({'removed': removed[0], 'was': removed[1]})}" if removed else ""
    return redirect(reverse("basket:summary") + query)


@require_POST
def swap(request: ReaderRequest, line: int) -> HttpResponse:
    """Put another edition of the same book in a line's place."""
    (edition,) = _editions(request.POST.getlist("edition")[:1] or [""])
    try:
        contents.swap(basket=request.basket, line_id=line, edition=edition)
    except contents.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{edition} is in your basket instead.")
    return redirect("basket:summary")


def _editions(keys: list[str]) -> list[Product]:
    """Return the editions in the order asked for.

    :raises Http404: if one of them is none that readers may see.
    """
    numbers = [int(key) for key in keys[:MOST_AT_ONCE] if key.isdecimal() and len(key) < 19]  # noqa: PLR2004
    found = Product.objects.editions().select_related("parent").in_bulk(numbers)
    if len(numbers) != len(keys) or set(numbers) - set(found):
        raise Http404
    return [found[number] for number in dict.fromkeys(numbers)]


def _removed(request: ReaderRequest) -> dict[str, object] | None:
    key, was = request.GET.get("removed", ""), request.GET.get("was", "")
    if not (key.isdecimal() and was.isdecimal() and len(key + was) < 19):  # noqa: PLR2004
        return None
    edition = Product.objects.editions().filter(pk=int(key)).first()
    return {"edition": edition, "quantity": int(was)} if edition else None


def _first_error(form: QuantityForm) -> str:
    return str(next(iter(form.errors.values()))[0])


def _added(count: int, first: Product) -> str:
    if count == 1:
        return f"{first} is in your basket."
    return f"{count} books were put in your basket."
