"""The steps from the basket to Stripe's page, one screen each."""

import logging
from collections.abc import Callable, Sequence
from functools import partial, wraps

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from bookstore import visitor
from checkout import gateway, limits, locks, orders, payments, placed, placing
from checkout.basket.middleware import ReaderRequest
from checkout.forms import AddressForm, EmailForm, MethodForm
from checkout.progress import Progress
from checkout.shown import Shown
from shipping import quoting
from shipping.destination import chosen_country
from shipping.directory import by_name

logger = logging.getLogger(__name__)

StepView = Callable[[ReaderRequest, Progress], HttpResponse]
HTTP_SEE_OTHER = 303
LONGEST_KEY = 19  # digits
TOO_MANY_TRIES = (
    "Too many payments were begun from here within an hour. Nothing was charged. Please wait "
    f"an hour, or write to {settings.SHOP_EMAIL}."
)


def step(name: str) -> Callable[[StepView], Callable[[ReaderRequest], HttpResponse]]:
    """Open a step only when all before it is answered; else go to the first that is not."""

    def decorate(view: StepView) -> Callable[[ReaderRequest], HttpResponse]:
        @never_cache
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(view)
        def opened(request: ReaderRequest) -> HttpResponse:
            progress = Progress(request)
            if request.method == "POST" and name == "checkout:review":
                # The second click of two finds the basket placed: see `review`.
                return view(request, progress)
            if not progress.may_open(name):
                return redirect(progress.first_open_step())
            return view(request, progress)

        return opened

    return decorate


@step("checkout:start")
def start(request: ReaderRequest, progress: Progress) -> HttpResponse:
    """Ask a guest for an e-mail address; a reader who is signed in goes on."""
    if request.user.is_authenticated and request.user.email:
        return redirect(_after(progress, "checkout:start"))
    form = EmailForm(request.POST or None, initial={"email": progress.email})
    if request.method == "POST" and form.is_valid():
        progress.keep_email(form.cleaned_data["email"])
        return redirect(_after(progress, "checkout:start"))
    return _show(request, progress, "start", form=form)


@step("checkout:address")
def address(request: ReaderRequest, progress: Progress) -> HttpResponse:
    """Ask where the parcel goes."""
    served = sorted(quoting.served_countries(), key=by_name)
    countries = [(country.pk, str(country)) for country in served]
    known = progress.address_fields or {}
    asked = request.POST.get("country") or request.GET.get("country") or ""
    before = "" if asked or known else chosen_country(request)
    choice = asked or known.get("country_id") or before
    expected = progress.expected(country_code=asked or before)
    show = partial(_show, request, progress, "address", expected=expected, before=before)
    country = choice if choice in dict(countries) else _home(countries)
    initial = {**known, "country": country, "name": known.get("last_name", "")}
    if request.method == "POST" and request.POST.get("action") == "country":
        typed = {name: request.POST.get(name, "") for name in request.POST}
        return show(form=AddressForm(initial=typed, countries=countries, country=country))
    if request.method != "POST":
        return show(form=AddressForm(initial=initial, countries=countries, country=country))
    form = AddressForm(request.POST, countries=countries, country=country)
    if not form.is_valid():
        return show(form=form)
    progress.keep_address(form.address_fields())
    return redirect("checkout:shipping")


@step("checkout:shipping")
def shipping(request: ReaderRequest, progress: Progress) -> HttpResponse:
    """Ask how the parcel goes."""
    form = MethodForm(
        request.POST or None,
        offers=progress.decision.offers if progress.decision else (),
        initial={"method": progress.quote and progress.quote.method_code},
    )
    if request.method == "POST" and form.is_valid():
        progress.keep_method(form.cleaned_data["method"])
        return redirect("checkout:review")
    return _show(request, progress, "shipping", form=form)


@step("checkout:review")
def review(request: ReaderRequest, progress: Progress) -> HttpResponse:
    """Show the whole order; place it and go to Stripe."""
    if request.method != "POST":
        return _show(request, progress, "review")
    now = timezone.now()
    ticked = _numbers(request.POST.getlist("acknowledged"))
    try:
        limits.check(by=_visitor(request), now=now)
        order = placing.place_order(
            basket=progress.basket,
            user=request.user,
            email=progress.email,
            shipping_address=progress.address,
            shipping=progress.shipping,
            shown=Shown.read(request.POST.get("shown", "")),
            notices=progress.offer.notices if progress.offer else (),
            acknowledged=ticked,
            now=now,
        )
    except placing.AlreadyPlaced as already:
        order = already.order
        if not placed.is_own(request, order):
            return redirect("basket:summary")
    except placing.NotAcknowledged:
        return _show(request, progress, "review", status=422, is_unread=True, ticked=ticked)
    except (placing.Changed, placing.SoldOut, limits.TooManyTries) as refusal:
        return redirect(_say_why_not(request, refusal))
    placed.remember(request.session, [order.number])
    return to_payment(request, order)


def _say_why_not(request: ReaderRequest, refusal: Exception) -> str:
    """Tell the reader why nothing was ordered; return where to go on."""
    if isinstance(refusal, placing.SoldOut):
        for reason in [*refusal.reasons, "Nothing was charged."]:
            messages.error(request, reason)
        return "basket:summary"
    if isinstance(refusal, placing.Changed):
        again = "Nothing was charged. Please look at your order again."
        for difference in [*refusal.differences, again]:
            messages.warning(request, difference)
        return Progress(request).first_open_step()
    messages.error(request, TOO_MANY_TRIES)
    return "checkout:review"


def to_payment(request: ReaderRequest, order: object) -> HttpResponse:
    """Send the reader to Stripe's page, or to the order with the reason why not."""
    try:
        url = payments.start(order=order, by=_visitor(request), now=timezone.now())
    except limits.TooManyTries:
        messages.error(request, TOO_MANY_TRIES)
        url = orders.order_url(order)
    except payments.BeingMade:
        messages.info(request, "The payment page is being made. Press Pay again in a moment.")
        url = orders.order_url(order)
    except payments.Unavailable:
        messages.error(
            request,
            "The payment page cannot be reached just now. Your order is kept and nothing "
            "was charged: please try again in a minute.",
        )
        url = orders.order_url(order)
    except payments.NotPayable:
        url = orders.order_url(order)
    response = redirect(url)
    response.status_code = HTTP_SEE_OTHER
    return response


@never_cache
@require_GET
def came_back(request: ReaderRequest) -> HttpResponse:
    """Bring a reader from Stripe's page to the order, which says how it stands."""
    session_id = request.GET.get("session", "")
    attempt = payments.find_attempt(session_id=session_id) if session_id.isprintable() else None
    if attempt is None or not placed.is_own(request, attempt.order):
        return render(request, "checkout/elsewhere.html", status=404)
    try:
        payments.sync(attempt=attempt, now=timezone.now())
    except (gateway.Unreachable, gateway.Refused, locks.Busy) as reason:
        # The timer asks again.
        logger.warning("Order %s could not be checked: %r", attempt.order, reason)
        messages.info(
            request,
            "We cannot see yet whether your payment has arrived. If you have paid, please do "
            "not pay again: this page says so within a few minutes.",
        )
    return redirect(orders.order_url(attempt.order))


@never_cache
@require_GET
def cancelled(request: ReaderRequest, number: str) -> HttpResponse:
    """Bring a reader who did not pay to the order, which waits."""
    order = orders.load_order(number=number)
    if order is None or not placed.is_own(request, order):
        return render(request, "checkout/elsewhere.html", status=404)
    return redirect(orders.order_url(order))


def _visitor(request: ReaderRequest) -> limits.Visitor:
    session_key = request.session.session_key or ""
    return limits.Visitor.of(session_key=session_key, address=visitor.address(request))


def _home(countries: Sequence[tuple[str, str]]) -> str:
    """Return the country to begin with: the shop's own, if it is served."""
    codes = [code for code, _ in countries]
    return settings.SHOP_COUNTRY if settings.SHOP_COUNTRY in codes else codes[0]


def _after(progress: Progress, name: str) -> str:
    """Return the step that follows, by its URL name."""
    steps = list(progress.steps)
    return steps[steps.index(name) + 1]


def _numbers(values: Sequence[str]) -> set[int]:
    return {int(value) for value in values if value.isdecimal() and len(value) < LONGEST_KEY}


def _show(
    request: ReaderRequest,
    progress: Progress,
    name: str,
    *,
    status: int = 200,
    **context: object,
) -> HttpResponse:
    form = context.get("form")
    if getattr(form, "is_bound", False) and form.errors:  # type: ignore[attr-defined]
        status = 422
    context |= {"progress": progress, "current": f"checkout:{name}"}
    return render(request, f"checkout/{name}.html", context, status=status)
