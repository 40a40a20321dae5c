"""Works: what their pages hold, and how their list looks."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from catalog.admin import bulk, exports, fingerprints, links, parts, works_list
from catalog.admin.editions import EditionInline
from catalog.admin.needs import CoverFilter, FileFilter
from catalog.admin.pictures import CoverInline, thumbnail
from catalog.admin.work_form import WorkForm
from catalog.covers import cover_of
from catalog.models import Product
from catalog.pricing import offers, stock
from catalog.pricing.models import StockRecord

KEPT = (
    "This book was sold, so it cannot be deleted: orders keep their history. To take it off "
    "sale, set the status of its editions to No longer sold, or show it to readers no more."
)
UNSEEN = "Readers do not see this book yet: it needs an edition that is shown."


class WorkAdmin(parts.KeepsWhatItNames, parts.FoundBySearch):
    """Works; their editions are rows of their pages. `work_page` says how they are saved."""

    form = WorkForm
    inlines = [
        links.ContributionInline,
        EditionInline,
        links.SubjectInline,
        links.AboutInline,
        CoverInline,
        links.RecommendationInline,
        links.RelatedInline,
    ]
    list_display = ["cover", "name", "byline", "editions", "availability", "is_shown"]
    list_display_links = ["name"]
    list_filter = [
        works_list.PublicationTypeFilter,
        works_list.OnSaleFilter,
        works_list.SubjectFilter,
        works_list.StockFilter,
        CoverFilter,
        FileFilter,
        works_list.WeightFilter,
    ]
    ordering = ["sort_title", "pk"]
    search_fields = [
        "title__unaccent__icontains",
        "subtitle__unaccent__icontains",
        "contributions__contributor__name__unaccent__icontains",
    ]
    search_help_text = "Title, contributor, or an ISBN with or without hyphens"
    show_full_result_count = False
    prepopulated_fields = {"slug": ["title"]}
    autocomplete_fields = ["series"]
    actions = [*bulk.ACTIONS, exports.export_onix]

    class Media:
        css = parts.STYLES
        js = parts.SCRIPTS

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Say of a work that was sold why deleting is not offered."""
        shop = {"fields": ["is_public", "announced_at", "priority"]}
        if obj and self._is_sold(obj):
            shop["description"] = KEPT  # type: ignore[assignment]
        texts = ["short_description", "description", "pull_quote", "pull_quote_source"]
        return [
            (None, {"fields": ["title", "subtitle", "slug", "sort_title"]}),
            ("In the shop", shop),
            ("Texts", {"fields": [*texts, "table_of_contents"]}),
            (
                "The work",
                {
                    "fields": [
                        ("first_published", "original_language"),
                        ("series", "series_number"),
                    ]
                },
            ),
        ]

    def get_actions(self, request: HttpRequest) -> Any:
        """Offer to delete works one at a time only: what was sold stays."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Offer the export to whoever may have all of it in a file."""
        return request.user.has_perm("catalogue.export_product")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        """Leave the editions to the pages of their works."""
        return super().get_queryset(request).filter(structure=Product.PARENT)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        """Load what the rows show."""
        return works_list.WorkList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Product], search_term: str
    ) -> tuple[QuerySet[Product], bool]:
        """Find by ISBN first, else by words."""
        found = works_list.search(queryset, search_term)
        if found is not None:
            return found, False
        return super().get_search_results(request, queryset, search_term)

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """Return the page of a work, if readers see it."""
        if obj and obj.pk and Product.objects.works().filter(pk=obj.pk).exists():
            return obj.get_absolute_url()
        return None

    def works_of(self, objects: Iterable[Product]) -> Iterable[int]:
        """Return the works themselves."""
        return parts.work_ids(objects)

    def get_inline_formsets(self, *args: Any, **kwargs: Any) -> list[Any]:
        """Head the rows of Oscar's link tables by names."""
        return [
            parts.NamedRows.around(rows) if hasattr(rows.opts, "name_row") else rows
            for rows in super().get_inline_formsets(*args, **kwargs)
        ]

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Give back with the form what the page showed when it was opened."""
        context.setdefault("shown", request.POST.get(fingerprints.SHOWN, ""))
        context["is_seen"] = self.get_view_on_site_url(kwargs.get("obj")) is not None
        return super().render_change_form(request, context, *args, **kwargs)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Save the rows."""
        super().save_formset(request, form, formset, change)
        for inline in self.inlines:
            if inline.model is formset.model and issubclass(inline, links.LinkInline):
                parts.name_rows(formset, inline(self.model, self.admin_site))

    def tell(self, request: HttpRequest, note: str) -> None:
        """Tell the editor something that is no error."""
        messages.warning(request, note)

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Any, change: bool
    ) -> None:
        """Give all editions the title of the work; say if readers do not see it."""
        super().save_related(request, form, formsets, change)
        work = form.instance
        title = {"title": work.title, "sort_title": work.sort_title}
        editions = Product.objects.filter(~Q(**title), parent=work)
        editions.update(**title, date_updated=timezone.now())
        if work.is_public and not self.get_view_on_site_url(work):
            self.tell(request, UNSEEN)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Offer to delete only what was never sold."""
        may = super().has_delete_permission(request, obj)
        return may and not (obj and self._is_sold(obj))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Name the works and their editions, and leave out the links between tables."""
        _, _, perms_needed, protected = super().get_deleted_objects(objs, request)
        # Price and stock have no deletion of their own: they go with their edition.
        perms_needed.discard(StockRecord._meta.verbose_name)
        named = [[str(work), [str(one) for one in work.children.all()]] for work in objs]
        editions = sum(len(below) for _, below in named)
        counts = {"works": len(named), "editions": editions}
        return [part for work in named for part in work], counts, perms_needed, protected

    def _is_sold(self, product: Product) -> bool:
        keys = [product.pk, *product.children.values_list("pk", flat=True)]
        return bool(stock.sold(keys))

    @admin.display(description="cover")
    def cover(self, work: Product) -> str:
        """Show the first picture, or the one that the shop draws for readers."""
        for picture in work.images.all():
            return thumbnail(picture)
        editions = work.children.all()
        if not any(one.is_public and one.is_announced() for one in editions) or not (
            work.is_public and work.is_announced()
        ):
            return "\N{EM DASH}"
        drawn = cover_of(work)
        return format_html(
            '<img class="cover-thumbnail" src="{}" width="{}" height="{}" alt="{}" '
            'loading="lazy">',
            drawn.url,
            drawn.width,
            drawn.height,
            "",
        )

    @admin.display(description="title", ordering="sort_title")
    def name(self, work: Product) -> str:
        """Return the title."""
        return work.title

    @admin.display(description="shown", ordering="is_public")
    def is_shown(self, work: Product) -> str:
        """Tell if readers may see the work, or from when on."""
        if work.is_public and not work.is_announced():
            return f"From {works_list.moment(work.announced_at)}"
        return "Yes" if work.is_public else "No"

    @admin.display(description="by")
    def byline(self, work: Product) -> str:
        """Return the people."""
        return work.byline

    @admin.display(description="editions")
    def editions(self, work: Product) -> str:
        """Return the publication types, paperback first."""
        names = (
            (offer.edition.get_publication_type_display(),) for offer in offers.offers(work)
        )
        return format_html_join("", "{}<br>", names) or "None yet"

    @admin.display(description="availability")
    def availability(self, work: Product) -> str:
        """Return for each edition whether readers can have it."""
        words = (
            (works_list.availability_in_words(offer.edition),) for offer in offers.offers(work)
        )
        return format_html_join("", "{}<br>", words)
