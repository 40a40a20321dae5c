"""Imports of ONIX messages: upload, try out, confirm, watch, stop, resume."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST

from catalog.admin.onix import report
from catalog.admin.onix.forms import UploadForm
from catalog.admin.parts import KEY, STYLES
from catalog.models import ImportRun
from catalog.onix import runs, uploads
from catalog.onix.tasks import run_import

State = ImportRun.State
LISTED = "admin:catalogue_importrun_changelist"
PAGE = "admin:catalogue_importrun_change"


@admin.register(ImportRun)
class ImportRunAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not at run time
    """Imports, newest first; each has a page with its progress and its report."""

    list_display = ["name", "kind", "progress", "not_loaded", "begun"]
    list_filter = ["state", "is_trial"]
    list_select_related = ["started_by"]
    search_fields = ["name", "lines__reference"]
    search_help_text = "A file's name, or a record's reference in a report"
    actions = None

    class Media:
        css = STYLES

    def get_urls(self) -> list[Any]:
        """Add what is done on the page of an import."""
        acts = [("confirm", self.confirm), ("stop", self.stop), ("resume", self.resume)]
        return [
            *(
                path(
                    f"<int:pk>/{name}/",
                    self.admin_site.admin_view(require_POST(view)),
                    name=f"catalogue_importrun_{name}",
                )
                for name, view in acts
            ),
            path(
                "<int:pk>/report.csv",
                self.admin_site.admin_view(self.csv),
                name="catalogue_importrun_csv",
            ),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImportRun]:
        """Leave out trials that an import proper has followed."""
        return super().get_queryset(request).filter(import_proper=None)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Take a file and try it out."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            upload = form.cleaned_data["file"]
            run = runs.begin(
                path=uploads.keep(upload.chunks()),
                name=upload.name,
                is_trial=True,
                keeps_stock=form.cleaned_data["keeps_stock"],
                started_by=request.user,
            )
            run_import.enqueue(run.pk)
            return redirect(PAGE, run.pk)
        context = {"form": form, "title": "Import an ONIX file"}
        return self._page(request, "upload", context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """Show how far an import has come and what it has to say."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not KEY.fullmatch(object_id):
            raise Http404
        run = get_object_or_404(ImportRun.objects.select_related("started_by"), pk=object_id)
        form, lines = report.chosen(run, request.GET)
        filtered = request.GET.copy()
        filtered.pop("page", None)
        has_died = runs.has_died(run)
        context = {
            "run": run,
            "title": str(run),
            "has_died": has_died,
            "is_live": run.state in {State.WAITING, State.RUNNING} and not has_died,
            "can_resume": has_died or run.state in {State.STOPPED, State.FAILED},
            "can_confirm": run.is_trial and run.state == State.DONE and run.path,
            "import_proper": ImportRun.objects.filter(tried_as=run).first(),
            "covers_left": run.covers.filter(state="waiting").count(),
            "figures": report.figures(run),
            "filter": form,
            "filtered": filtered.urlencode(),
            "lines": report.page_of(lines, request.GET.get("page")),
            "may_import": self.has_add_permission(request),
        }
        return self._page(request, "run", context)

    def csv(self, request: HttpRequest, pk: int) -> Any:
        """Hand out the report as a table."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        run = get_object_or_404(ImportRun, pk=pk)
        return report.as_csv(run, report.chosen(run, request.GET)[1])

    def confirm(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Import what was tried out."""
        trial = self._act_on(request, pk)
        try:
            run, is_new = runs.confirm(trial=trial, by=request.user)
        except runs.NotPossible as reason:
            messages.error(request, str(reason))
            return redirect(PAGE, pk)
        if is_new:
            run_import.enqueue(run.pk)
        return redirect(PAGE, run.pk)

    def stop(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Stop an import before its next record."""
        try:
            runs.stop(run=self._act_on(request, pk))
        except runs.NotPossible as reason:
            messages.error(request, str(reason))
        return redirect(PAGE, pk)

    def resume(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Go on with an import where it stopped."""
        try:
            runs.resume(run=self._act_on(request, pk))
        except runs.NotPossible as reason:
            messages.error(request, str(reason))
        else:
            run_import.enqueue(pk)
        return redirect(PAGE, pk)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let nobody rewrite what an import said."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Keep the reports."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let whoever may import see the imports."""
        return self.has_add_permission(request) or super().has_view_permission(request, obj)

    @admin.display(description="what", ordering="is_trial")
    def kind(self, run: ImportRun) -> str:
        """Tell a trial from an import."""
        return "Trial" if run.is_trial else "Import"

    @admin.display(description="state", ordering="state")
    def progress(self, run: ImportRun) -> str:
        """Say where it stands."""
        if run.state == State.RUNNING:
            return "Stopped by itself" if runs.has_died(run) else f"Running, {run.percent} %"
        return run.get_state_display()

    @admin.display(description="begun", ordering="created_at")
    def begun(self, run: ImportRun) -> str:
        """Say when, and by whom."""
        when = f"{timezone.localtime(run.created_at):%-d %b %Y, %H:%M}"
        return f"{when}, {run.started_by}" if run.started_by else when

    @admin.display(description="not loaded")
    def not_loaded(self, run: ImportRun) -> int:
        """Count the records that did not come in."""
        return run.counts.get("skipped_records", 0)

    def _act_on(self, request: HttpRequest, pk: int) -> ImportRun:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return get_object_or_404(ImportRun, pk=pk)

    def _page(self, request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
        shown = {**self.admin_site.each_context(request), "media": self.media, **context}
        return TemplateResponse(request, f"admin/onix/{name}.html", shown)
