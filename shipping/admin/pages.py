"""What the pages about shipping have in common that are about no single row."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.forms import Media
from django.http import HttpRequest
from django.urls import reverse

STYLES: dict[str, Sequence[str]] = {"all": ["css/admin.css"]}
TABLES = ("zone", "method", "band")


def may_view(request: HttpRequest) -> bool:
    """Tell whether somebody may see the rates."""
    return any(
        request.user.has_perm(f"shipping.{act}_{table}")
        for act in ("view", "change")
        for table in ("zone", "method")
    )


def may_import(request: HttpRequest) -> bool:
    """Tell whether somebody may do to the rates all that a table can do."""
    return request.user.has_perms(
        f"shipping.{act}_{table}" for act in ("add", "change", "delete") for table in TABLES
    )


def require_view(request: HttpRequest) -> None:
    """Let pass who may see the rates.

    :raises PermissionDenied: if somebody may not.
    """
    if not may_view(request):
        raise PermissionDenied


def require_import(request: HttpRequest) -> None:
    """Let pass who may change all rates.

    :raises PermissionDenied: if somebody may not.
    """
    if not may_import(request):
        raise PermissionDenied


def tools(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the address and name of each page that somebody may open."""
    found = []
    if may_view(request):
        found.append((reverse("admin:shipping_try"), "Try a parcel"))
        found.append((reverse("admin:shipping_rates_export"), "Rates as CSV"))
    if may_import(request):
        found.append((reverse("admin:shipping_rates_import"), "Import rates"))
    return found


def context(request: HttpRequest, title: str) -> dict[str, Any]:
    """Return what the admin's frame needs around a page."""
    return {
        **admin.site.each_context(request),
        "title": title,
        "media": Media(css=STYLES),
        "tools": tools(request),
    }
