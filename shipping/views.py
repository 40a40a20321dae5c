"""The page that says where we ship."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from shipping import coverage


@require_safe
def where(request: HttpRequest) -> HttpResponse:
    """Show zones, rates and interruptions; for `?country=GB` what that country can expect."""
    country_code = request.GET.get("country", "")
    described = coverage.describe(country_code=country_code, now=timezone.now())
    return render(request, "shipping/where.html", {"coverage": described})
