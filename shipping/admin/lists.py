"""What the lists of shipping share: the tools and the problems above them."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from shipping import problems
from shipping.admin import pages

NAMES_SHOWN = 5
PROBLEMS_SHOWN = 6


def countries_in_words(names: list[str], *, none: str) -> str:
    """Return the countries' names, or the first of them and how many more."""
    if len(names) > NAMES_SHOWN:
        return f"{', '.join(names[:NAMES_SHOWN])} and {len(names) - NAMES_SHOWN} more"
    return ", ".join(names) or none


def located(problem: problems.Problem) -> tuple[str, str]:
    """Return the address of the page where a problem is mended, and the problem."""
    name, key = problem.page
    address = reverse(f"admin:{name}", args=[key] if key else [])
    return f"{address}?{problem.query}" if problem.query else address, problem.text


class ShippingAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not at run time
    """A list headed by what is wrong with shipping, and by the tools."""

    change_list_template = "admin/shipping/change_list.html"

    class Media:
        css = pages.STYLES

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Show what is wrong before a reader meets it."""
        found = problems.find(now=timezone.now())
        context = {
            "problems": [located(problem) for problem in found[:PROBLEMS_SHOWN]],
            "more_problems": max(len(found) - PROBLEMS_SHOWN, 0),
            "tools": pages.tools(request),
            **(extra_context or {}),
        }
        return super().changelist_view(request, context)

    def problems_page(self, request: HttpRequest) -> HttpResponse:
        """Show all problems on a page of their own."""
        pages.require_view(request)
        found = problems.find(now=timezone.now())
        context = {
            **pages.context(request, "Problems of shipping"),
            "problems": [located(problem) for problem in found],
        }
        return TemplateResponse(request, "admin/shipping/problems_page.html", context)
