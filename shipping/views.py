"""The page that says where we ship, the choice of a country, and notices put away."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from bookstore.origin import same_origin_required
from shipping import bar, coverage, destination, quoting

LONGEST_SHOWN = 20  # of what was sent in place of a code


@require_safe
def where(request: HttpRequest) -> HttpResponse:
    """Show countries, rates and interruptions; `?q=` finds countries, `?country=` opens one."""
    asked = request.GET.get("country", "")
    described = coverage.describe(
        country_code=asked or destination.chosen_country(request),
        query=request.GET.get("q", ""),
        now=timezone.now(),
    )
    is_known = described.chosen is not None and described.chosen.code
    context = {"coverage": described, "is_unknown": asked and not is_known}
    return render(request, "shipping/where.html", context)


@require_POST
@same_origin_required
def country(request: HttpRequest) -> HttpResponse:
    """Remember where the visitor wants parcels to go, or forget it."""
    where_we_ship = reverse("shipping:where")
    code = request.POST.get("country", "").upper()
    if code and quoting.find_place(country_code=code) is None:
        return redirect(f"{where_we_ship}?{urlencode({'country': code[:LONGEST_SHOWN]})}")
    response = redirect(destination.way_back(request, otherwise=where_we_ship))
    destination.remember(response, code)
    return response


@require_POST
@same_origin_required
def dismissed(request: HttpRequest) -> HttpResponse:
    """Put away the notices that the visitor was shown, for this visit."""
    response = redirect(destination.way_back(request, otherwise=reverse("shipping:where")))
    bar.put_away(request, response, request.POST.getlist("notice"))
    return response
