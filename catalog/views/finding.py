"""Search: results, and what the field suggests while somebody types."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from catalog.search import words
from catalog.search.page import results_page
from catalog.search.results import find
from catalog.search.suggest import suggest
from catalog.views import shelf


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """Show what a search found; an ISBN opens its book."""
    edition = words.edition_with_isbn(words.clean_query(request.GET.get("q", "")))
    if edition is not None:
        return redirect(edition.get_absolute_url())
    found = find(request.GET, today=timezone.localdate())
    page = results_page(found)
    if "page" in request.GET:
        return shelf.old_page(request, found.shelf, kept=page.here)
    context = {"found": page, "query": found.query, "steps": found.page, "kept": page.here}
    context["about_isbn"] = "" if found.works else words.about_isbn(found.query)
    return render(request, "catalog/results.html", context)


@require_safe
@cache_control(public=True, max_age=300)
def suggestions(request: HttpRequest) -> HttpResponse:
    """Give the search field what a reader may mean who has typed so far."""
    groups = suggest(request.GET.get("q", ""))
    number = sum(len(group.suggestions) for group in groups)
    return render(request, "catalog/suggestions.html", {"groups": groups, "number": number})
