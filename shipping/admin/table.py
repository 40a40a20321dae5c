"""The pages that give out the table of rates and take it back."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods, require_safe
from oscar.core.loading import get_model

from shipping import rate_changes, rate_comparison, rate_table
from shipping.admin import pages
from shipping.models import Zone
from shipping.rates import ZoneRates

SALT = "shipping.rates.import"
# A dry run is good for as long as one reads it.
GOOD_FOR = timedelta(hours=1)
FAULTS_SHOWN = 50
TOO_OLD = "The changes were shown too long ago, or to somebody else: choose the file again."
STAYS = (
    "Nothing was applied. These interruptions name only methods that the file removes, and "
    "would then be about all: {}. Change them first."
)
MOVED = "Somebody changed the rates meanwhile. Nothing was applied: choose the file again."


class TableForm(forms.Form):
    """A file."""

    table = forms.FileField(
        label="Table of rates", widget=forms.FileInput(attrs={"accept": ".csv,text/csv"})
    )


@dataclass(frozen=True)
class Shown:
    """What somebody was shown: the file's text, and the rates it was compared with."""

    text: str
    fingerprint: str

    def signed(self, user: Any) -> str:
        """Return it as a hidden field for one person."""
        content = [self.text, self.fingerprint, user.pk]
        return signing.dumps(content, salt=SALT, compress=True)

    @classmethod
    def read(cls, signed: str, user: Any) -> "Shown | None":
        """Return what was signed for a person, None if it was not or is too old."""
        try:
            text, fingerprint, owner = signing.loads(signed, salt=SALT, max_age=GOOD_FOR)
        except signing.BadSignature:
            return None
        return cls(text, fingerprint) if owner == user.pk else None


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """Give out the table, with the mark by which spreadsheets know UTF-8."""
    pages.require_view(request)
    text = rate_table.write(rate_changes.current())
    response = HttpResponse(text.encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="shipping-rates.csv"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Ask for a table, show what it would change, and change it once that is confirmed."""
    pages.require_import(request)
    if request.method == "POST" and "confirmed" in request.POST:
        return _confirmed(request)
    if request.method != "POST":
        return _render(request, form=TableForm())
    form = TableForm(request.POST, request.FILES)
    return _dry_run(request, form) if form.is_valid() else _render(request, form=form)


def _dry_run(request: HttpRequest, form: TableForm) -> HttpResponse:
    upload = form.cleaned_data["table"]
    data = upload.read(rate_table.MOST_BYTES + 1)
    try:
        after = _read(data)
    except rate_table.Refused as refusal:
        return _render(request, form=form, refusal=refusal)
    before = rate_changes.current()
    changes = rate_comparison.compare(before=before, after=after)
    shown = Shown(data.decode("utf-8-sig"), rate_changes.fingerprint(before))
    return _render(
        request,
        form=TableForm(),
        file_name=upload.name,
        changes=changes,
        signed=shown.signed(request.user) if changes else "",
    )


def _confirmed(request: HttpRequest) -> HttpResponse:
    shown = Shown.read(request.POST["confirmed"], request.user)
    if shown is None:
        messages.error(request, TOO_OLD)
        return redirect("admin:shipping_rates_import")
    try:
        changes = _apply(request, shown)
    except rate_changes.Moved:
        messages.error(request, MOVED)
    except rate_changes.Kept as kept:
        messages.error(request, STAYS.format(kept))
    except rate_table.Refused as refusal:
        return _render(request, form=TableForm(), refusal=refusal)
    else:
        count = "1 change" if len(changes) == 1 else f"{len(changes)} changes"
        messages.success(request, f"The rates were imported, with {count}.")
        return redirect("admin:shipping_zone_changelist")
    return redirect("admin:shipping_rates_import")


@transaction.atomic
def _apply(request: HttpRequest, shown: Shown) -> list[rate_comparison.Change]:
    changes = rate_changes.apply(after=_read(shown.text.encode()), shown_for=shown.fingerprint)
    user: Any = request.user
    touched = Zone.objects.filter(name__in={change.zone for change in changes})
    message = "Rates imported from a table."
    if touched:
        LogEntry.objects.log_actions(user.pk, touched, CHANGE, message)
    return changes


def _read(data: bytes) -> tuple[ZoneRates, ...]:
    codes = get_model("address", "Country").objects.values_list("pk", flat=True)
    return rate_table.read(data, countries=frozenset(codes))


def _render(
    request: HttpRequest,
    *,
    form: TableForm,
    refusal: rate_table.Refused | None = None,
    **found: Any,
) -> HttpResponse:
    faults = refusal.faults if refusal else ()
    context = {
        **pages.context(request, "Import rates"),
        "form": form,
        "faults": faults[:FAULTS_SHOWN],
        "more_faults": max(len(faults) - FAULTS_SHOWN, 0),
        **found,
    }
    return TemplateResponse(request, "admin/shipping/rates.html", context)
