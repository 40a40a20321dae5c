"""One edition with its price and stock."""

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import cached_property

from bookstore.money import DECIMALS
from catalog.admin import languages, parts, stockroom
from catalog.isbn import clean_isbn, show_isbn
from catalog.models import Product
from catalog.pricing.models import StockRecord

CURRENCY = settings.SHOP_CURRENCY
SMALLEST = Decimal(1).scaleb(-DECIMALS[CURRENCY])
MOST_COPIES = 1_000_000


class EditionForm(forms.ModelForm):  # type: ignore[type-arg]  # not at run time
    """An edition's facts, and the price and stock of its one stock record.

    Price and copies carry along what they showed, so that only what staff changed is
    written: an order may have taken a copy meanwhile, or an import set a price.
    """

    upc = forms.CharField(
        label="ISBN",
        required=False,
        max_length=20,
        help_text="With or without hyphens; empty if it has none.",
    )
    price = forms.DecimalField(
        label=f"Price in {CURRENCY}",
        required=False,
        max_digits=10,
        decimal_places=DECIMALS[CURRENCY],
        min_value=SMALLEST,
        show_hidden_initial=True,
        help_text="Without a price it is not on sale.",
    )
    copies = forms.IntegerField(
        label="Copies in stock",
        required=False,
        min_value=0,
        max_value=MOST_COPIES,
        show_hidden_initial=True,
        help_text="All in the house, those promised to orders too. An e-book has none.",
    )
    language = forms.ChoiceField(required=False)

    class Meta:
        model = Product
        fields = [
            "publication_type",
            "upc",
            "status",
            "published_on",
            "is_public",
            "announced_at",
            "embargoed_until",
            "imprint",
            "language",
            "pages",
            "weight_g",
            "height_mm",
            "width_mm",
            "thickness_mm",
            "slug",
        ]
        labels = {
            "is_public": "Shown to readers",
            "slug": "Last part of its address",
            "published_on": "Published on",
        }
        help_texts = {
            "is_public": "",
            "announced_at": "Hidden from readers before. Empty: with the work.",
            "embargoed_until": "Readers can order it; it is not sent or downloaded before.",
            "slug": "Empty: made from the publication type. A change breaks links to it.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Show the edition with what it costs and how many there are."""
        super().__init__(*args, **kwargs)
        edition = self.instance
        edition.structure = Product.CHILD
        # Other rows must not take these: they are saved one after the other.
        self.shown = {"upc": edition.upc, "slug": edition.slug} if edition.pk else {}
        fields: dict[str, Any] = self.fields
        fields["publication_type"].required = True
        fields["slug"].required = False
        parts.label_dates(self)
        fields["language"].choices = languages.choices(kept=edition.language)
        self.initial["upc"] = show_isbn(edition.upc) if edition.upc else ""
        if self.stock_record is not None:
            self.initial["copies"] = self.stock_record.num_in_stock
            if self.stock_record.price is not None:
                self.initial["price"] = self.stock_record.price.quantize(SMALLEST)

    @cached_property
    def stock_record(self) -> StockRecord | None:
        """Return the record with price and stock, if the edition has one yet."""
        if not self.instance.pk:
            return None
        return next(iter(self.instance.stockrecords.all()), None)

    @property
    def shown_copies(self) -> int | None:
        """The number of copies that the page showed."""
        field = self.fields["copies"]
        told = self.data.get(self["copies"].html_initial_name)
        try:
            return field.to_python(told)
        except ValidationError:
            return None

    @property
    def added_copies(self) -> int:
        """How many copies more there are now than the page showed; negative if fewer."""
        counted = self.cleaned_data.get("copies")
        if counted is None or "copies" not in self.changed_data:
            return 0
        return counted - (self.shown_copies or 0)

    def is_stale(self, record: StockRecord) -> bool:
        """Whether the stock moved since the page was shown."""
        return (record.num_in_stock or 0) != (self.shown_copies or 0)

    def clean_upc(self) -> str | None:
        """Return the digits of the ISBN.

        :raises ValidationError: if they are wrong or belong to another edition.
        """
        text = self.cleaned_data["upc"]
        if not text:
            return None
        isbn = clean_isbn(text)
        others = Product.objects.filter(upc=isbn).exclude(pk=self.instance.pk)
        if other := others.first():
            message = f"{show_isbn(isbn)} is the ISBN of {other} already."
            raise ValidationError(message)
        return isbn

    def clean(self) -> dict[str, Any]:
        """Check the number of copies against the publication type."""
        fields = super().clean() or self.cleaned_data
        is_digital = fields.get("publication_type") in Product.DIGITAL
        is_counted = (
            self.stock_record is not None and self.stock_record.num_in_stock is not None
        )
        self._check_dates(fields)
        copies = fields.get("copies")
        if "copies" in self.errors:
            return fields
        if is_digital and copies is not None and "copies" in self.changed_data:
            self.add_error("copies", "An e-book has no copies: leave this empty.")
        elif is_counted and copies is None and not is_digital:
            self.add_error("copies", "Give the number of copies: 0 if there are none.")
        elif is_counted and copies is not None and self.shown_copies is None:
            message = "What the page showed is lost: open it again and count anew."
            self.add_error("copies", message)
        return fields

    def _check_dates(self, fields: dict[str, Any]) -> None:
        """Refuse an embargo that is over before anybody sees the edition."""
        announced, embargo = fields.get("announced_at"), fields.get("embargoed_until")
        if announced and embargo and timezone.localdate(announced) > embargo:
            message = "That is before readers see the edition: give a later day or none."
            self.add_error("embargoed_until", message)

    def take_after(self, work: Product) -> None:
        """Give the edition the title of its work."""
        self.instance.title = work.title
        self.instance.sort_title = work.sort_title

    def save_stock(self) -> None:
        """Write price and stock as far as staff changed them."""
        edition, fields = self.instance, self.cleaned_data
        if self.stock_record is None:
            stockroom.open_record(
                edition=edition, price=fields["price"], copies=fields["copies"]
            )
            return
        stockroom.rename_record(edition=edition)
        if "price" in self.changed_data:
            stockroom.set_price(stock_record=self.stock_record.pk, price=fields["price"])
        if self.added_copies:
            stockroom.add_copies(stock_record=self.stock_record.pk, copies=self.added_copies)
