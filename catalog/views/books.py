"""The front page, the shelves of all books, and the page of one book."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalog import book_page, browse, covers, structured_data
from catalog.cards import cards
from catalog.models import Product
from catalog.views import shelf


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
    books = browse.listing(sort=sort, today=timezone.localdate())
    context = {"sort": sort, "sorts": browse.SORTS}
    return shelf.show(request, "catalog/listing.html", books, context, kept=kept)


@require_safe
def coming_soon(request: HttpRequest) -> HttpResponse:
    """Show the books that are not out yet, the next one first."""
    return shelf.show(request, "catalog/coming_soon.html", browse.coming_soon(), {})


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
def cover(request: HttpRequest, slug: str, fingerprint: str) -> HttpResponse:
    """Draw the cover of a work; its address changes with what it shows."""
    work = get_object_or_404(Product.objects.works().for_cards(), slug=slug)
    response = HttpResponse(covers.draw(work), content_type="image/svg+xml")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
