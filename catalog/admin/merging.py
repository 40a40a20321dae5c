"""Pages that make one of two: choose the other, see what moves, confirm."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import quote
from django.contrib.auth import get_permission_codename
from django.contrib.postgres.search import TrigramSimilarity
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from catalog import former, merging
from catalog.admin.parts import KEY
from catalog.models import Category, Contributor, Product

OFFERED = 20
SHORT = {"born", "died", "wikidata"}


@dataclass(frozen=True)
class Plan:
    """What a merge will do, as its page says it beforehand."""

    books: list[str]
    moves: list[str]
    stays: list[str]
    choices: dict[str, str] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """A few letters that change with anything that the page says."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]


def plan(kept: Any, gone: Any) -> Plan:
    """Return what would move from one to the other."""
    works = Product.objects.filter(pk__in=merging.works_of(gone)).order_by("sort_title", "pk")
    books = list(works.values_list("title", flat=True))
    address = f"The address {gone.get_absolute_url()} leads to {kept.get_absolute_url()}."
    known = f"Imports that name {gone} find {kept}."
    stays = [f"The name {kept} and the address {kept.get_absolute_url()} stay."]
    if isinstance(kept, Contributor):
        return _of_people(kept, gone, books, [address, known], stays)
    moves = [address, known]
    if isinstance(kept, Category):
        below = [str(child) for child in Category.objects.get_children(gone) if child != kept]
        moves += [f"The subjects below it move, too: {', '.join(below)}."] if below else []
    if gone.description:
        said = f"The description of {gone} is lost: {kept} has one."
        moves.append(said if kept.description else f"The description of {gone} moves.")
    return Plan(books, moves, stays)


def _of_people(
    kept: Contributor, gone: Contributor, books: list[str], moves: list[str], stays: list[str]
) -> Plan:
    names = sorted({gone.name, *gone.also_known_as} - {kept.name})
    if names:
        moves = [f"Search finds {kept} also as {', '.join(names)}.", *moves]
    doubled = merging.doubles(kept, gone).count()
    if doubled:
        parts = "1 part" if doubled == 1 else f"{doubled} parts"
        moves.append(f"{parts} of both, the same role in the same book, become one.")
    known = set(kept.links.values_list("url", flat=True))
    links = [link.label for link in gone.links.all() if link.url not in known]
    if links:
        moves.append(f"Further reading moves: {', '.join(links)}.")
    choices = {}
    for fact in merging.FACTS:
        ours, theirs = getattr(kept, fact), getattr(gone, fact)
        if theirs and not ours:
            said = f"{fact} {theirs}" if fact in SHORT else f"the {fact}"
            moves.append(f"{kept} gets from {gone}: {said}.")
        elif theirs and ours != theirs and fact not in SHORT:
            choices[fact] = f"Take the {fact} of {gone} instead of that of {kept}"
        elif theirs and ours != theirs:
            stays.append(f"{fact.capitalize()}: {ours} stays, {theirs} is dropped.")
    return Plan(books, moves, stays, choices)


class Merges(admin.ModelAdmin):  # type: ignore[type-arg]  # not at run time
    """Let two of a kind be merged, and let old addresses lead on."""

    change_form_template = "admin/merging/change_form.html"

    def get_urls(self) -> list[Any]:
        """Add the page."""
        view = self.admin_site.admin_view(self.merge_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_merge"
        return [path("<path:object_id>/merge/", view, name=name), *super().get_urls()]

    def may_merge(self, request: HttpRequest) -> bool:
        """Tell whether somebody may change one and delete the other."""
        codes = (get_permission_codename(act, self.opts) for act in ("change", "delete"))
        return request.user.has_perms([f"{self.opts.app_label}.{code}" for code in codes])

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Let the address that it had lead to the one it has."""
        super().save_model(request, obj, form, change)
        was = form.initial.get("slug") if change else None
        if was and was != obj.slug:
            former.leave(obj, slug=was)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Offer the page to whoever may use it."""
        context["may_merge"] = self.may_merge(request)
        context["merge_url"] = f"admin:{self.opts.app_label}_{self.opts.model_name}_merge"
        return super().render_change_form(request, context, *args, **kwargs)

    def merge_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Choose the other, then see what moves, then do it."""
        if not self.may_merge(request):
            raise PermissionDenied
        one = self._find(object_id)
        if one is None:
            raise Http404
        given = request.POST if request.method == "POST" else request.GET
        other = self._find(given.get("other", ""))
        if other is None or other.pk == one.pk:
            return self._choose(request, one)
        kept, gone = (other, one) if given.get("stays") == str(other.pk) else (one, other)
        found = plan(kept, gone)
        if request.method == "POST":
            if given.get("shown") == found.fingerprint:
                return self._merge(request, kept, gone, found)
            messages.warning(request, "Something changed meanwhile. Please look at it again.")
        context = {
            **self._context(request, one, f"Merge {gone} into {kept}?"),
            "kept": kept,
            "gone": gone,
            "other": other,
            "plan": found,
        }
        return TemplateResponse(request, "admin/merging/confirm.html", context)

    def _merge(self, request: HttpRequest, kept: Any, gone: Any, found: Plan) -> HttpResponse:
        takes = [fact for fact in found.choices if fact in request.POST.getlist("takes")]
        try:
            merging.merge(kept=kept, gone=gone, by=request.user, takes=takes)
        except merging.NotMergeable as refusal:
            messages.error(request, str(refusal))
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        messages.success(request, f"{gone} was merged into {kept}.")
        return redirect(self._page_of(kept))

    def _choose(self, request: HttpRequest, one: Any) -> HttpResponse:
        words = request.GET.get("q", "").strip()
        others = self.get_queryset(request).exclude(pk=one.pk)
        if words:
            others, _ = self.get_search_results(request, others, words)
        else:
            alike = others.annotate(alike=TrigramSimilarity("name", one.name))
            others = alike.filter(alike__gt=0.2).order_by("-alike", "pk")
        context = {
            **self._context(request, one, f"Merge {one} with another"),
            "others": others[:OFFERED],
            "words": words,
            "offered": OFFERED,
        }
        return TemplateResponse(request, "admin/merging/choose.html", context)

    def _find(self, key: str) -> Any:
        return (
            self.model._default_manager.filter(pk=key).first() if KEY.fullmatch(key) else None
        )

    def _page_of(self, thing: Any) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return reverse(name, args=[quote(thing.pk)])

    def _context(self, request: HttpRequest, one: Any, title: str) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "one": one,
            "title": title,
            "media": self.media,
            "page": self._page_of(one),
        }
