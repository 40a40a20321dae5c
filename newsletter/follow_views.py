"""Pages about following an author."""

from contextlib import suppress
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from bookstore import visitor
from bookstore.origin import same_origin_required
from catalog import former
from catalog.models import Contributor
from newsletter import evidence, follows, limits, news, wording
from newsletter.forms import AddressForm
from newsletter.subscriptions import UnknownLink
from newsletter.views import TOO_MANY, page_and_form, see_other

LONGEST_KEY = 18  # in digits: what is longer fits no key of PostgreSQL
NOBODY_CHOSEN = "Tick at least one author, or close the page: then nothing is sent to you."


@csrf_exempt
@page_and_form
def follow(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form by itself; take it from the author's page."""
    person = Contributor.objects.filter(slug=slug).first()
    person = person or former.page(Contributor, slug)
    if person is None or not news.can_be_followed(person):
        raise Http404
    if request.method == "POST":
        return receive_follow(request, person)
    return render(request, "newsletter/follow.html", {"person": person, "form": AddressForm()})


@same_origin_required
def receive_follow(request: HttpRequest, person: Contributor) -> HttpResponse:
    """Give everybody the same answer, whether or not the address was known."""
    form = AddressForm(request.POST)
    if form.is_trapped:
        return see_other("newsletter:follow-asked")
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_valid():
        if limits.count_signup(address=visitor.address(request)):
            here = evidence.of(request, page=evidence.page_before(request))
            try:
                follows.ask(email=form.cleaned_data["email"], contributor=person, evidence=here)
            except Contributor.DoesNotExist as error:
                raise Http404 from error
            return see_other("newsletter:follow-asked")
        form.add_error(None, TOO_MANY)
        status = HTTPStatus.TOO_MANY_REQUESTS
    context = {"person": person, "form": form}
    response = render(request, "newsletter/follow.html", context, status=status)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        response["Retry-After"] = str(limits.HOUR)
    return response


@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """Say that a mail is on its way."""
    return render(request, "newsletter/follow_asked.html")


@never_cache
@page_and_form
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Ask about each author with one button, because mail scanners open links."""
    chosen = _chosen(request)
    try:
        if request.method == "POST" and chosen:
            here = evidence.of(request, page="/newsletter/following/confirm/")
            follows.confirm(token=token, chosen=chosen, evidence=here, now=timezone.now())
            return see_other("newsletter:following", token, query="?saved=yes")
        follower = follows.by_token(token=token)
    except UnknownLink:
        return _unknown_link(request)
    pending = list(follower.follows.unconfirmed().select_related("contributor"))
    if not pending:
        return see_other("newsletter:following", token)
    context = {"follower": follower, "pending": pending, "wording": wording}
    context["error"] = NOBODY_CHOSEN if request.method == "POST" else ""
    status = HTTPStatus.UNPROCESSABLE_ENTITY if context["error"] else HTTPStatus.OK
    return render(request, "newsletter/follow_confirm.html", context, status=status)


@never_cache
@page_and_form
def following(request: HttpRequest, token: str) -> HttpResponse:
    """Show whom an address follows; stop each, or all, when a button is pressed."""
    try:
        if request.method == "POST":
            is_all = "all" in request.POST
            follows.stop(
                token=token,
                chosen=None if is_all else _chosen(request),
                shown=wording.STOP_ALL if is_all else wording.STOP,
                evidence=evidence.of(request, page="/newsletter/following/"),
                now=timezone.now(),
            )
            return see_other("newsletter:following", token, query="?saved=yes")
        follower = follows.by_token(token=token)
    except UnknownLink:
        return _unknown_link(request)
    context = {"follower": follower, "is_saved": "saved" in request.GET}
    every = follows.of_follower(follower)
    for state in follows.State:
        context[state.value] = [each for each in every if each.state == state]
    return render(request, "newsletter/following.html", context)


@csrf_exempt
@never_cache
@page_and_form
def one_click(request: HttpRequest, token: str) -> HttpResponse:
    """Serve a mail program's unsubscribe button (RFC 8058): no redirect, no cookie.

    A token that nobody has is answered alike: whoever it was gets no more mail.
    """
    if request.method != "POST":
        return following(request, token)
    if request.POST.get("List-Unsubscribe") != "One-Click":
        message = "Send List-Unsubscribe=One-Click to unsubscribe.\n"
        return HttpResponse(message, status=HTTPStatus.BAD_REQUEST, content_type="text/plain")
    with suppress(UnknownLink):
        here = evidence.of(request, page="")
        now = timezone.now()
        follows.stop(token=token, shown=wording.ONE_CLICK, evidence=here, now=now)
    return HttpResponse("Unsubscribed.\n", content_type="text/plain")


def _chosen(request: HttpRequest) -> list[int]:
    keys = [key for key in request.POST.getlist("follow") if len(key) <= LONGEST_KEY]
    return [int(key) for key in keys if key.isascii() and key.isdigit()]


def _unknown_link(request: HttpRequest) -> HttpResponse:
    return render(request, "newsletter/unknown_follow.html", status=HTTPStatus.NOT_FOUND)
