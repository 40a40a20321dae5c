"""A page of a shelf, as all views show it that show many books."""

import re
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from catalog.cards import cards
from catalog.search import keyset
from catalog.search.results import load

NUMBER = re.compile("[0-9]{1,18}")


def show(
    request: HttpRequest,
    template: str,
    shelf: keyset.Shelf,
    context: dict[str, Any],
    *,
    kept: str = "",
) -> HttpResponse:
    """Show a page of a shelf; `kept` is what the links to its other pages keep."""
    if "page" in request.GET:
        return old_page(request, shelf, kept=kept)
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


def old_page(request: HttpRequest, shelf: keyset.Shelf, *, kept: str) -> HttpResponseRedirect:
    """Lead from a page by number, as links were once, to where it begins now."""
    page = request.GET["page"]
    place = keyset.place_of_page(shelf, int(page) if NUMBER.fullmatch(page) else 1)
    asked = "&".join(filter(None, [kept, f"after={place}" if place else ""]))
    return HttpResponseRedirect(f"{request.path}?{asked}" if asked else request.path)
