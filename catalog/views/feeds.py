"""What is new, for feed readers; who has the newest answer already gets 304."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import conditional_page, require_safe

from catalog import feeds, former
from catalog.models import Contributor


@require_safe
@conditional_page
def new_books(request: HttpRequest) -> HttpResponse:
    """Tell of new books."""
    return _atom(feeds.of_new_books(today=timezone.localdate()))


@require_safe
@conditional_page
def contributor(request: HttpRequest, slug: str) -> HttpResponse:
    """Tell of the books of one person."""
    person = Contributor.objects.filter(slug=slug).first()
    if person is None:
        kept = former.page(Contributor, slug)
        if kept is None:
            raise Http404
        return redirect("catalog:contributor_feed", kept.slug, permanent=True)
    return _atom(feeds.of_contributor(person, today=timezone.localdate()))


def _atom(feed: str) -> HttpResponse:
    return HttpResponse(feed, content_type="application/atom+xml; charset=utf-8")
