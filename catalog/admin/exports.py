"""The list of works, exported as ONIX."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.text import slugify

from catalog.models import Product
from catalog.onix.export.message import Style, pieces
from catalog.onix.export.record import Account
from catalog.onix.export.selection import Selection

NOTHING = "None of these works is shown to readers, so there is nothing to export."


@admin.action(permissions=["export"], description="Export as ONIX")
def export_onix(
    work_admin: ModelAdmin[Any], request: HttpRequest, works: QuerySet[Product]
) -> StreamingHttpResponse | None:
    """Send the chosen works as an ONIX message, record by record."""
    chosen = set(works.values_list("pk", flat=True))
    shown = set(Product.objects.works().filter(pk__in=chosen).values_list("pk", flat=True))
    if not shown:
        work_admin.message_user(request, NOTHING, messages.WARNING)
        return None
    if hidden := len(chosen - shown):
        words = "1 work is" if hidden == 1 else f"{hidden} works are"
        note = f"{words} not shown to readers and not in the file."
        work_admin.message_user(request, note, messages.WARNING)
    now = timezone.now()
    shop = slugify(settings.SHOP_NAME) or "books"
    name = f"{shop}-{timezone.localtime(now):%Y%m%d-%H%M}.xml"
    return StreamingHttpResponse(
        pieces(Selection(work_ids=shown), Style(sent=now), Account()),
        content_type="application/xml",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
