"""Pages that show books."""

import re
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from catalog import book_page, browse, covers, people, structured_data
from catalog.cards import cards
from catalog.models import Category, Contributor, Product
from catalog.search import keyset, words
from catalog.search.page import results_page
from catalog.search.results import find, load
from catalog.search.suggest import suggest

NUMBER = re.compile("[0-9]{1,18}")


@require_safe
def front_page(request: HttpRequest) -> HttpResponse:
    """Show what staff put forward, what is new and what is to come."""
    shelves = browse.front_page(today=timezone.localdate())
    context = {
        "featured": cards(shelves.featured),
        "lead": shelves.featured[0] if shelves.featured else None,
        "new": cards(shelves.new),
        "coming": cards(shelves.coming),
        "subjects": browse.main_subjects(),
    }
    return render(request, "catalog/front_page.html", context)


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Show all books, page by page."""
    sort = request.GET.get("sort", "new")
    sort = sort if sort in browse.SORTS else "new"
    kept = "" if sort == "new" else f"sort={sort}"
    shelf = browse.listing(sort=sort, today=timezone.localdate())
    context = {"sort": sort, "sorts": browse.SORTS}
    return _shelf(request, "catalog/listing.html", shelf, context, kept=kept)


@require_safe
def coming_soon(request: HttpRequest) -> HttpResponse:
    """Show the books that are not out yet, the next one first."""
    return _shelf(request, "catalog/coming_soon.html", browse.coming_soon(), {})


@require_safe
def book(request: HttpRequest, work: str, edition: str | None = None) -> HttpResponse:
    """Show a work at one of its editions."""
    try:
        page = book_page.load(slug=work, edition_slug=edition)
    except Product.DoesNotExist as error:
        raise Http404 from error
    context = {"book": page, "structured_data": structured_data.of_book(page)}
    return render(request, "catalog/book.html", context)


@require_safe
def subject(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the books of a subject and of those below it."""
    found = get_object_or_404(Category, slug=slug, is_public=True)
    context = {
        "subject": found,
        "above": browse.subjects_above(found),
        "below": browse.subjects_below(found),
    }
    return _shelf(request, "catalog/subject.html", browse.in_subject(found), context)


@require_safe
def subjects(request: HttpRequest) -> HttpResponse:
    """Show all subjects, one below another."""
    return render(request, "catalog/subjects.html", {"branches": browse.subjects()})


@require_safe
def contributor(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a person with the books they had a part in."""
    person = get_object_or_404(Contributor.objects.prefetch_related("links"), slug=slug)
    context = {"person": person}
    return _shelf(request, "catalog/contributor.html", browse.by_contributor(person), context)


@require_safe
def contributors(request: HttpRequest) -> HttpResponse:
    """Show the contributors under one letter."""
    letters = people.letters()
    letter = request.GET.get("letter", "").upper()
    letter = letter if letter in letters else next(iter(letters), "")
    after = request.GET.get("after", "")
    shown = people.under(letter, after=int(after) if NUMBER.fullmatch(after) else None)
    return render(request, "catalog/contributors.html", {"letters": letters, "shown": shown})


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """Show what a search found; an ISBN opens its book."""
    edition = words.edition_with_isbn(words.clean_query(request.GET.get("q", "")))
    if edition is not None:
        return redirect(edition.get_absolute_url())
    found = find(request.GET, today=timezone.localdate())
    page = results_page(found)
    if "page" in request.GET:
        return _old_page(request, found.shelf, kept=page.here)
    context = {"found": page, "query": found.query, "steps": found.page, "kept": page.here}
    return render(request, "catalog/results.html", context)


@require_safe
@cache_control(public=True, max_age=300)
def suggestions(request: HttpRequest) -> HttpResponse:
    """Give the search field what a reader may mean who has typed so far."""
    groups = suggest(request.GET.get("q", ""))
    number = sum(len(group.suggestions) for group in groups)
    return render(request, "catalog/suggestions.html", {"groups": groups, "number": number})


@require_safe
def cover(request: HttpRequest, slug: str, fingerprint: str) -> HttpResponse:
    """Draw the cover of a work; its address changes with what it shows."""
    work = get_object_or_404(Product.objects.works().for_cards(), slug=slug)
    response = HttpResponse(covers.draw(work), content_type="image/svg+xml")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _shelf(
    request: HttpRequest,
    template: str,
    shelf: keyset.Shelf,
    context: dict[str, Any],
    *,
    kept: str = "",
) -> HttpResponse:
    """Show a page of a shelf; `kept` is what the links to its other pages keep."""
    if "page" in request.GET:
        return _old_page(request, shelf, kept=kept)
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    page = keyset.read_page(shelf, after=after, before=before)
    is_all = not (page.after or page.before)
    number = len(page.works) if is_all else keyset.count(shelf)
    context |= {
        "steps": page,
        "cards": cards(load(page.works)),
        "number": min(number, keyset.COUNTED),
        "is_many": number > keyset.COUNTED,
        "kept": kept,
    }
    return render(request, template, context)


def _old_page(request: HttpRequest, shelf: keyset.Shelf, *, kept: str) -> HttpResponseRedirect:
    """Lead from a page by number, as links were once, to where it begins now."""
    page = request.GET["page"]
    place = keyset.place_of_page(shelf, int(page) if NUMBER.fullmatch(page) else 1)
    asked = "&".join(filter(None, [kept, f"after={place}" if place else ""]))
    return HttpResponseRedirect(f"{request.path}?{asked}" if asked else request.path)
