"""What staff have to know about: read it, deal with it, say so."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone

from checkout import notices
from checkout.admin.parts import OfAnOrder, day_and_hour, log, page_of
from checkout.admin.permissions import MAY_SEE, MAY_SETTLE_NOTICES
from checkout.models import StaffNotice


class OpenFilter(admin.SimpleListFilter):
    """Choose the notices that nobody has dealt with, or the others."""

    title = parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the two states."""
        return [("open", "Open"), ("done", "Done")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the notices in the chosen state."""
        if self.value() == "open":
            return queryset.filter(done_at=None)
        return queryset.exclude(done_at=None) if self.value() == "done" else queryset


@admin.register(StaffNotice)
class StaffNoticeAdmin(OfAnOrder):
    """Notices, open ones first."""

    list_display = ["kind", "order_link", "text", "since", "dealt_with"]
    list_filter = [OpenFilter, "kind"]
    list_select_related = ["order", "done_by"]
    search_fields = ["order__number", "text"]
    search_help_text = "Order number or words of the notice"
    ordering = [F("done_at").asc(nulls_first=True), "-created_at", "-pk"]
    fields = ["kind", "order_link", "text", "created_at", "done_at", "done_by"]
    actions = ["settle"]

    @admin.display(description="done", ordering="done_at", empty_value="")
    def dealt_with(self, notice: StaffNotice) -> str:
        """Say when and by whom; nothing while it is open."""
        if notice.done_at is None:
            return ""
        return f"{day_and_hour(notice.done_at)}, {notice.done_by}"

    def get_urls(self) -> list[Any]:
        """Add the address of the button beside a notice."""
        done = self.admin_site.admin_view(self.done)
        name = "checkout_staffnotice_done"
        return [path("<int:pk>/done/", done, name=name), *super().get_urls()]

    def done(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Note that somebody has dealt with a notice; lead back to its order."""
        if not request.user.has_perms([MAY_SEE, MAY_SETTLE_NOTICES]):
            raise PermissionDenied
        notice = get_object_or_404(StaffNotice.objects.select_related("order"), pk=pk)
        if request.method == "POST":
            self._settle(request, [notice])
        if notice.order:
            return redirect(page_of(notice.order))
        return redirect("admin:checkout_staffnotice_changelist")

    def has_settle_permission(self, request: HttpRequest) -> bool:
        """Allow whoever may say that a matter is dealt with."""
        return request.user.has_perm(MAY_SETTLE_NOTICES)

    @admin.action(description="Mark as done", permissions=["settle"])
    def settle(self, request: HttpRequest, queryset: QuerySet[StaffNotice]) -> None:
        """Note that somebody has dealt with the chosen notices."""
        done = self._settle(request, list(queryset.select_related("order")))
        messages.success(request, f"{done} {'notice is' if done == 1 else 'notices are'} done.")

    def _settle(self, request: HttpRequest, chosen: list[StaffNotice]) -> int:
        now, done = timezone.now(), 0
        for notice in chosen:
            if notices.settle(notice=notice, by=request.user, now=now):
                log(request, [notice.order or notice], f"Notice done: {notice}")
                done += 1
        return done
