"""Pages of the newsletter."""

from contextlib import suppress
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from bookstore import visitor
from bookstore.origin import same_origin_required
from newsletter import evidence, follows, limits, subscriptions, wording
from newsletter.forms import SignUpForm, TopicsForm

TOO_MANY = (
    "Too many sign-ups came from your network in the last hour. Please try again in an hour."
)
page_and_form = require_http_methods(["GET", "HEAD", "POST"])


@csrf_exempt
@page_and_form
def signup(request: HttpRequest) -> HttpResponse:
    """Show the form by itself; take it from the foot of any page."""
    if request.method == "POST":
        return receive_signup(request)
    return render(request, "newsletter/signup.html", {"form": SignUpForm()})


@same_origin_required
def receive_signup(request: HttpRequest) -> HttpResponse:
    """Give everybody the same answer, whether or not the address was known."""
    form = SignUpForm(request.POST)
    if form.is_trapped:
        return see_other("newsletter:thanks")
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_valid():
        if limits.count_signup(address=visitor.address(request)):
            subscriptions.sign_up(
                email=form.cleaned_data["email"],
                topics=form.cleaned_data["topics"],
                evidence=evidence.of(request, page=evidence.page_before(request)),
            )
            return see_other("newsletter:thanks")
        form.add_error(None, TOO_MANY)
        status = HTTPStatus.TOO_MANY_REQUESTS
    response = render(request, "newsletter/signup.html", {"form": form}, status=status)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        response["Retry-After"] = str(limits.HOUR)
    return response


@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """Say that a mail is on its way."""
    return render(request, "newsletter/thanks.html")


@never_cache
@page_and_form
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Show one button, because mail scanners open links; confirm when it is pressed."""
    try:
        if request.method == "POST":
            here = evidence.of(request, page="/newsletter/confirm/")
            subscriptions.confirm(token=token, evidence=here, now=timezone.now())
            return see_other("newsletter:confirm", token)
        subscriber = subscriptions.to_confirm(token=token)
    except subscriptions.UnknownLink:
        return _unknown_link(request)
    context = {"subscriber": subscriber, "button": wording.CONFIRM}
    return render(request, "newsletter/confirm.html", context)


@never_cache
@page_and_form
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """Let a subscriber choose other topics."""
    form = TopicsForm(request.POST if request.method == "POST" else None)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    try:
        if form.is_valid():
            subscriptions.change_topics(
                token=token,
                topics=form.cleaned_data["topics"],
                evidence=evidence.of(request, page="/newsletter/preferences/"),
            )
            return see_other("newsletter:preferences", token, query="?saved=yes")
        subscriber = subscriptions.subscribed(token=token)
    except subscriptions.UnknownLink:
        return _unknown_link(request)
    context = {"subscriber": subscriber, "form": form, "button": wording.SAVE}
    context["follows"] = follows.of_address(subscriber.email)
    context["is_saved"] = "saved" in request.GET and not form.is_bound
    return render(request, "newsletter/preferences.html", context, status=status)


@never_cache
@page_and_form
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Show one button; unsubscribe at once when it is pressed."""
    try:
        if request.method == "POST":
            subscriptions.leave(
                token=token,
                shown=wording.LEAVE,
                evidence=evidence.of(request, page="/newsletter/unsubscribe/"),
                now=timezone.now(),
            )
            return see_other("newsletter:unsubscribe", token)
        subscriber = subscriptions.by_token(token=token)
    except subscriptions.UnknownLink:
        return _unknown_link(request)
    context = {"subscriber": subscriber, "button": wording.LEAVE}
    context["follows"] = follows.of_address(subscriber.email)
    return render(request, "newsletter/unsubscribe.html", context)


@csrf_exempt
@never_cache
@page_and_form
def one_click(request: HttpRequest, token: str) -> HttpResponse:
    """Serve a mail program's unsubscribe button (RFC 8058): no redirect, no cookie.

    A token that nobody has is answered alike: whoever it was gets no more mail.
    """
    if request.method != "POST":
        return unsubscribe(request, token)
    if request.POST.get("List-Unsubscribe") != "One-Click":
        message = "Send List-Unsubscribe=One-Click to unsubscribe.\n"
        return HttpResponse(message, status=HTTPStatus.BAD_REQUEST, content_type="text/plain")
    with suppress(subscriptions.UnknownLink):
        subscriptions.leave(
            token=token,
            shown=wording.ONE_CLICK,
            evidence=evidence.of(request, page=""),
            now=timezone.now(),
        )
    return HttpResponse("Unsubscribed.\n", content_type="text/plain")


def see_other(name: str, *args: str, query: str = "") -> HttpResponse:
    """Send the browser on to a page of the newsletter, to be read and not posted to."""
    url = reverse(name, args=args) + query
    return HttpResponseRedirect(url, status=HTTPStatus.SEE_OTHER)


def _unknown_link(request: HttpRequest) -> HttpResponse:
    return render(request, "newsletter/unknown_link.html", status=HTTPStatus.NOT_FOUND)
