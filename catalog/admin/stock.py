"""Price and stock of all editions: change them, count them, see what became of them."""

import contextlib
import re
from decimal import Decimal
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from catalog.admin import spreadsheet, works_list
from catalog.admin.parts import KEY, STYLES
from catalog.admin.stock_form import CURRENCY, StockForm
from catalog.isbn import clean_isbn
from catalog.models import Product
from catalog.pricing import stock
from catalog.pricing.models import StockChange, StockRecord

CHANGES_A_PAGE = 25
AMOUNT = re.compile(r"[0-9]{1,10}(\.[0-9]{1,4})?")


class FreeCopiesFilter(admin.SimpleListFilter):
    """Choose printed editions by the copies that nobody has claimed."""

    title = "free copies"
    parameter_name = "free"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """Offer none, few, and no price."""
        return [("none", "None"), ("few", "1 to 5"), ("unpriced", "Without a price")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep such editions."""
        if self.value() == "unpriced":
            return queryset.filter(price=None)
        printed = queryset.exclude(product__publication_type__in=Product.DIGITAL)
        free = printed.annotate(
            free=Coalesce(F("num_in_stock"), Value(0)) - Coalesce(F("num_allocated"), Value(0))
        )
        if self.value() == "none":
            return free.filter(free__lte=0)
        return free.filter(free__range=(1, 5)) if self.value() == "few" else queryset


@admin.register(StockRecord)
class StockAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not at run time
    """One row an edition; it comes and goes with the edition, on the work's page."""

    form = StockForm
    change_form_template = "admin/stock/change_form.html"
    change_list_template = "admin/stock/change_list.html"
    list_display = ["edition", "isbn", "current_price", "in_house", "promised", "free"]
    list_filter = [FreeCopiesFilter]
    list_select_related = ["product"]
    ordering = ["product__sort_title", "product__publication_type", "pk"]
    search_fields = ["product__title__unaccent__icontains"]
    search_help_text = "Title, or an ISBN with or without hyphens"
    show_full_result_count = False
    readonly_fields = ["edition", "isbn", "in_house", "promised", "free"]
    fieldsets = [
        (None, {"fields": ["edition", "isbn", ("in_house", "promised", "free")]}),
        ("Change", {"fields": ["new_price", "added", "counted", "reason"]}),
    ]
    actions = None

    class Media:
        css = STYLES

    def get_queryset(self, request: HttpRequest) -> QuerySet[StockRecord]:
        """Load the editions."""
        return super().get_queryset(request).filter(product__structure=Product.CHILD)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show those who may only look what there is."""
        if self.has_change_permission(request, obj):
            return super().get_fieldsets(request, obj)
        looked_at = ["edition", "isbn", "current_price", ("in_house", "promised", "free")]
        return [(None, {"fields": looked_at})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Add the price for those who may only look."""
        return [*super().get_readonly_fields(request, obj), "current_price"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[StockRecord], search_term: str
    ) -> tuple[QuerySet[StockRecord], bool]:
        """Find by ISBN first, else by title."""
        digits = re.sub(r"[\s-]", "", search_term)
        with contextlib.suppress(ValidationError):
            digits = clean_isbn(search_term)
        if digits.isdecimal() and len(digits) >= works_list.SHORTEST_PART:
            found = queryset.filter(product__upc__contains=digits)
            if found.exists():
                return found, False
        return super().get_search_results(request, queryset, search_term)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Leave new editions to the page of their work."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave what goes to the page of its work."""
        return False

    def get_urls(self) -> list[Any]:
        """Add the page that asks before a price is restored, and the spreadsheet."""
        restore = path(
            "<path:object_id>/restore/<int:change>/",
            self.admin_site.admin_view(self.restore_view),
            name="partner_stockrecord_restore",
        )
        view = self.admin_site.admin_view
        return [
            restore,
            path(
                "export.<slug:kind>",
                view(require_safe(spreadsheet.export)),
                name="partner_stockrecord_export",
            ),
            path("import/", view(self.import_view), name="partner_stockrecord_import"),
            *super().get_urls(),
        ]

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Take a spreadsheet, or show the page for it."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Spreadsheet",
            "media": self.media,
        }
        return spreadsheet.page(request, context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write differences, never the row."""
        for sentence in form.write(by=request.user):
            messages.info(request, sentence)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a page of the changes below the form."""
        key = unquote(object_id)
        changes = StockChange.objects.filter(stock_record=int(key) if KEY.fullmatch(key) else 0)
        pages = Paginator(changes.select_related("by").order_by("-pk"), CHANGES_A_PAGE)
        context = {
            **(extra_context or {}),
            "changes": pages.get_page(request.GET.get("page")),
            "currency": CURRENCY,
        }
        return super().change_view(request, object_id, form_url, context)

    def restore_view(self, request: HttpRequest, object_id: str, change: int) -> HttpResponse:
        """Ask, then write the price as it was before a change."""
        key = int(object_id) if KEY.fullmatch(object_id) else 0
        record = get_object_or_404(self.get_queryset(request), pk=key)
        if not self.has_change_permission(request, record):
            raise PermissionDenied
        past = get_object_or_404(StockChange, pk=change, stock_record=record)
        if not past.is_price:
            raise Http404
        page = reverse("admin:partner_stockrecord_change", args=[record.pk])
        if request.method == "POST":
            try:
                stock.set_price(
                    stock_record=record.pk,
                    price=past.price_from,
                    shown=_amount(request.POST.get("shown", "")),
                    reason=f"Restored as before {past.at:%-d %B %Y, %H:%M}",
                    by=request.user,
                )
            except stock.PriceMoved as moved:
                messages.error(request, str(moved))
            else:
                self.log_change(request, record, f"Restored the price {past.price_from}")
                messages.success(request, f"The price is {past.price_from or 'none'} again.")
            return redirect(page)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "record": record,
            "past": past,
            "currency": CURRENCY,
            "page": page,
            "title": "Restore this price?",
            "media": self.media,
        }
        return TemplateResponse(request, "admin/stock/restore.html", context)

    @admin.display(description="edition", ordering="product__sort_title")
    def edition(self, record: StockRecord) -> str:
        """Return title and publication type."""
        return str(record.product)

    @admin.display(description="ISBN", ordering="product__upc")
    def isbn(self, record: StockRecord) -> str:
        """Return the ISBN as printed."""
        return record.product.isbn or "\N{EM DASH}"

    @admin.display(description="price", ordering="price")
    def current_price(self, record: StockRecord) -> str:
        """Return the price, or that there is none."""
        if record.price is None:
            return "Not on sale"
        return f"{record.price_currency} {record.price:.2f}"

    @admin.display(description="in stock", ordering="num_in_stock")
    def in_house(self, record: StockRecord) -> str:
        """Return the copies in the house."""
        return _copies(record, record.num_in_stock or 0)

    @admin.display(description="promised", ordering="num_allocated")
    def promised(self, record: StockRecord) -> str:
        """Return the copies that orders wait for."""
        return _copies(record, record.num_allocated or 0)

    @admin.display(description="free")
    def free(self, record: StockRecord) -> str:
        """Return the copies nobody has claimed."""
        return _copies(record, (record.num_in_stock or 0) - (record.num_allocated or 0))


def _copies(record: StockRecord, copies: int) -> str:
    return "E-book" if record.product.is_digital else str(copies)


def _amount(text: str) -> Decimal | None:
    return Decimal(text) if AMOUNT.fullmatch(text) else None
