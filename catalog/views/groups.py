"""What books share: subjects, contributors, series, imprints."""

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from catalog import browse, former, people
from catalog.cards import cards
from catalog.models import Category, Contributor, Imprint, Series
from catalog.views import shelf

MOST_ABOUT = 48


@require_safe
def subject(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the books of a subject and of those below it."""
    found = Category.objects.filter(slug=slug, is_public=True).first()
    if found is None:
        return _moved(Category, slug)
    context = {
        "subject": found,
        "above": browse.subjects_above(found),
        "below": browse.subjects_below(found),
    }
    return shelf.show(request, "catalog/subject.html", browse.in_subject(found), context)


@require_safe
def subjects(request: HttpRequest) -> HttpResponse:
    """Show all subjects, one below another."""
    return render(request, "catalog/subjects.html", {"branches": browse.subjects()})


@require_safe
def contributor(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a person with the books they had a part in, and those about them."""
    known = Contributor.objects.prefetch_related("links", "other_names")
    person = known.filter(slug=slug).first()
    if person is None:
        return _moved(Contributor, slug)
    context = {"person": person, "about": cards(browse.about(person)[:MOST_ABOUT])}
    books = browse.by_contributor(person)
    return shelf.show(request, "catalog/contributor.html", books, context)


@require_safe
def contributors(request: HttpRequest) -> HttpResponse:
    """Show the contributors under one letter."""
    letters = people.letters()
    letter = request.GET.get("letter", "").upper()
    letter = letter if letter in letters else next(iter(letters), "")
    after = request.GET.get("after", "")
    shown = people.under(letter, after=int(after) if shelf.NUMBER.fullmatch(after) else None)
    return render(request, "catalog/contributors.html", {"letters": letters, "shown": shown})


@require_safe
def series(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the books of a series, in its order."""
    found = Series.objects.filter(slug=slug).first()
    if found is None:
        return _moved(Series, slug)
    context = {"group": found, "kind": "series"}
    return shelf.show(request, "catalog/group.html", browse.in_series(found), context)


@require_safe
def all_series(request: HttpRequest) -> HttpResponse:
    """Show all series."""
    context = {"groups": browse.all_series(), "kind": "series"}
    return render(request, "catalog/groups.html", context)


@require_safe
def imprint(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the books that appear under an imprint."""
    found = Imprint.objects.filter(slug=slug).first()
    if found is None:
        return _moved(Imprint, slug)
    context = {"group": found, "kind": "imprint"}
    return shelf.show(request, "catalog/group.html", browse.of_imprint(found), context)


@require_safe
def imprints(request: HttpRequest) -> HttpResponse:
    """Show all imprints."""
    context = {"groups": browse.imprints(), "kind": "imprints"}
    return render(request, "catalog/groups.html", context)


def _moved(model: type[Model], slug: str) -> HttpResponse:
    """Lead to where the page of this address went, for good.

    :raises Http404: if there never was one.
    """
    found = former.page(model, slug)
    if found is None or not getattr(found, "is_public", True):
        raise Http404
    return redirect(found, permanent=True)
