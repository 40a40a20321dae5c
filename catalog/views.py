"""Pages that show books."""

from django.core.paginator import EmptyPage, Page, PageNotAnInteger, Paginator
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import conditional_page, require_safe

from catalog import book_page, browse, covers, feeds, former, search, structured_data
from catalog.cards import cards
from catalog.models import Category, Contributor, Imprint, Product, Series
from catalog.querysets import BookQuerySet

BOOKS_A_PAGE = 24
MOST_ABOUT = 48


@require_safe
def front_page(request: HttpRequest) -> HttpResponse:
    """Show what staff put forward, what is new and what is to come."""
    shelves = browse.front_page(today=timezone.localdate())
    context = {
        "featured": cards(shelves.featured),
        "lead": shelves.featured[0] if shelves.featured else None,
        "new": cards(shelves.new),
        "coming": cards(shelves.coming),
        "subjects": browse.subjects(),
    }
    return render(request, "catalog/front_page.html", context)


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Show all books, page by page."""
    sort = request.GET.get("sort", "new")
    sort = sort if sort in browse.SORTS else "new"
    page = _page(request, browse.listing(sort=sort, today=timezone.localdate()))
    context = {"page": page, "cards": cards(page), "sort": sort, "sorts": browse.SORTS}
    return render(request, "catalog/listing.html", context)


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
    """Show the books of a subject."""
    found = Category.objects.filter(slug=slug, is_public=True).first()
    if found is None:
        return _moved(Category, slug)
    page = _page(request, browse.in_subject(found))
    context = {"subject": found, "page": page, "cards": cards(page)}
    return render(request, "catalog/subject.html", context)


@require_safe
def subjects(request: HttpRequest) -> HttpResponse:
    """Show all subjects."""
    return render(request, "catalog/subjects.html", {"subjects": browse.subjects()})


@require_safe
def contributor(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a person with the books they had a part in."""
    people = Contributor.objects.prefetch_related("links", "other_names")
    person = people.filter(slug=slug).first()
    if person is None:
        return _moved(Contributor, slug)
    page = _page(request, browse.by_contributor(person))
    about = cards(browse.about(person)[:MOST_ABOUT])
    context = {"person": person, "page": page, "cards": cards(page), "about": about}
    return render(request, "catalog/contributor.html", context)


@require_safe
@conditional_page
def feed(request: HttpRequest) -> HttpResponse:
    """Tell feed readers of new books; who has the newest answer already gets 304."""
    return _atom(feeds.of_new_books(today=timezone.localdate()))


@require_safe
@conditional_page
def contributor_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """Tell feed readers of the books of one person."""
    person = Contributor.objects.filter(slug=slug).first()
    if person is None:
        kept = former.page(Contributor, slug)
        if kept is None:
            raise Http404
        return redirect("catalog:contributor_feed", kept.slug, permanent=True)
    return _atom(feeds.of_contributor(person, today=timezone.localdate()))


@require_safe
def contributors(request: HttpRequest) -> HttpResponse:
    """Show all contributors, A to Z."""
    return render(
        request, "catalog/contributors.html", {"letters": browse.contributors_by_letter()}
    )


@require_safe
def series(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the books of a series, in its order."""
    found = Series.objects.filter(slug=slug).first()
    if found is None:
        return _moved(Series, slug)
    page = _page(request, browse.in_series(found))
    context = {"group": found, "kind": "series", "page": page, "cards": cards(page)}
    return render(request, "catalog/group.html", context)


@require_safe
def all_series(request: HttpRequest) -> HttpResponse:
    """Show all series."""
    return render(
        request, "catalog/groups.html", {"groups": browse.all_series(), "kind": "series"}
    )


@require_safe
def imprint(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the books that appear under an imprint."""
    found = Imprint.objects.filter(slug=slug).first()
    if found is None:
        return _moved(Imprint, slug)
    page = _page(request, browse.of_imprint(found))
    context = {"group": found, "kind": "imprint", "page": page, "cards": cards(page)}
    return render(request, "catalog/group.html", context)


@require_safe
def imprints(request: HttpRequest) -> HttpResponse:
    """Show all imprints."""
    return render(
        request, "catalog/groups.html", {"groups": browse.imprints(), "kind": "imprints"}
    )


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """Show what a search found; an ISBN opens its book."""
    found = search.find(query=request.GET.get("q", ""))
    if found.edition is not None:
        return redirect(found.edition.get_absolute_url())
    page = _page(request, found.works.for_cards())
    better = "" if page.paginator.count else search.did_you_mean(query=found.query)
    context = {"query": found.query, "page": page, "cards": cards(page), "better": better}
    return render(request, "catalog/results.html", context)


@require_safe
def cover(request: HttpRequest, slug: str, fingerprint: str) -> HttpResponse:
    """Draw the cover of a work; its address changes with what it shows."""
    work = get_object_or_404(Product.objects.works().for_cards(), slug=slug)
    response = HttpResponse(covers.draw(work), content_type="image/svg+xml")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _atom(feed: str) -> HttpResponse:
    return HttpResponse(feed, content_type="application/atom+xml; charset=utf-8")


def _moved(model: type[Model], slug: str) -> HttpResponse:
    """Lead to where the page of this address went, for good.

    :raises Http404: if there never was one.
    """
    found = former.page(model, slug)
    if found is None or not getattr(found, "is_public", True):
        raise Http404
    return redirect(found, permanent=True)


def _page(request: HttpRequest, works: BookQuerySet) -> Page[Product]:
    """Return the page asked for; anything that is no page of the shelf is not found."""
    try:
        return Paginator(works, BOOKS_A_PAGE).page(request.GET.get("page", 1))
    except (EmptyPage, PageNotAnInteger) as error:
        raise Http404 from error
