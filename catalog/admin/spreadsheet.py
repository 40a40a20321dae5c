"""Pages that give out a spreadsheet and take it back: all of it or nothing."""

import hashlib
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from catalog.pricing.models import StockRecord
from catalog.spreadsheet import files
from catalog.spreadsheet.resource import Change, EditionResource

FAULTS_SHOWN = 50
LIST = "admin:partner_stockrecord_changelist"


class SpreadsheetForm(forms.Form):
    """A file to read."""

    table = forms.FileField(
        label="CSV or XLSX file",
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        error_messages={"required": "Choose a file first."},
    )


def export(request: HttpRequest, kind: str) -> HttpResponse:
    """Give out all editions with price and stock."""
    if not request.user.has_perm("partner.view_stockrecord"):
        raise PermissionDenied
    if kind not in files.FORMATS:
        raise Http404
    records = StockRecord.objects.filter(product__structure="child").select_related("product")
    dataset = EditionResource().export(records.order_by("product__sort_title", "pk"))
    content_type = files.FORMATS[kind]().get_content_type()
    response = HttpResponse(files.write(dataset, kind), content_type=content_type)
    name = f"stock-{timezone.localdate():%Y-%m-%d}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Ask for a file, show what it would change, and change it once that is confirmed."""
    if not request.user.has_perm("partner.change_stockrecord"):
        raise PermissionDenied
    if "rows" in request.POST:
        return _confirmed(request, context)
    form = SpreadsheetForm(request.POST or None, request.FILES or None)
    if not form.is_valid():
        return _render(request, context, form=form)
    upload = form.cleaned_data["table"]
    try:
        dataset = files.read(upload.read(files.MOST_BYTES + 1), upload.name)
    except files.Unreadable as refusal:
        form.add_error("table", str(refusal))
        return _render(request, context, form=form)
    resource = _resource(request, upload.name)
    resource.import_data(dataset, dry_run=True)
    return _show(request, context, resource)


def _confirmed(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    resource = _resource(request, request.POST.get("name", ""))
    try:
        dataset = files.unpack(request.POST["rows"])
    except files.Unreadable as refusal:
        messages.error(request, str(refusal))
        return redirect("admin:partner_stockrecord_import")
    with transaction.atomic():
        resource.import_data(dataset, rollback_on_validation_errors=True)
        is_as_shown = request.POST.get("shown") == _fingerprint(resource.changes)
        is_settled = "anyway" in request.POST or not _moved(resource.changes)
        if resource.faults or not is_as_shown or not is_settled:
            transaction.set_rollback(True)
        else:
            _log(request, resource)
    if resource.faults:
        return _show(request, context, resource)
    if not is_as_shown:
        messages.warning(request, "Something changed meanwhile. Please look at it again.")
        return _show(request, context, resource)
    if not is_settled:
        messages.warning(request, "Please tick that what changed meanwhile is written over.")
        return _show(request, context, resource)
    count = len(resource.changes)
    messages.success(request, f"{count} change{'' if count == 1 else 's'} written.")
    return redirect(LIST)


def _log(request: HttpRequest, resource: EditionResource) -> None:
    user: Any = request.user
    changed = [resource.record_of(row) for row in resource.rows]
    LogEntry.objects.log_actions(user.pk, changed, CHANGE, f"Spreadsheet {resource.name}")


def _resource(request: HttpRequest, name: str) -> EditionResource:
    may_edit = request.user.has_perm("catalogue.change_product")
    return EditionResource(by=request.user, may_edit=may_edit, name=name[:100])


def _moved(changes: list[Change]) -> list[Change]:
    return [change for change in changes if change.moved]


def _fingerprint(changes: list[Change]) -> str:
    return hashlib.sha256(repr(changes).encode()).hexdigest()


def _show(
    request: HttpRequest, context: dict[str, Any], resource: EditionResource
) -> HttpResponse:
    found = {
        "form": SpreadsheetForm(),
        "name": resource.name,
        "faults": resource.faults[:FAULTS_SHOWN],
        "more_faults": max(len(resource.faults) - FAULTS_SHOWN, 0),
        "changes": resource.changes,
        "moved": _moved(resource.changes),
        "rows": files.pack(resource.rows),
        "shown": _fingerprint(resource.changes),
        "is_shown": True,
    }
    return _render(request, context, **found)


def _render(request: HttpRequest, context: dict[str, Any], **found: Any) -> HttpResponse:
    return TemplateResponse(request, "admin/spreadsheet/page.html", {**context, **found})
