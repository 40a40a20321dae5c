"""One edition with its price and stock."""

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import cached_property

from bookstore.money import DECIMALS
from catalog import accessibility, edition_files, file_formats
from catalog.admin import languages, parts, stockroom
from catalog.admin.files import FileField
from catalog.admin.reasons import ReasonField
from catalog.isbn import clean_isbn, show_isbn
from catalog.models import EditionFile, Product
from catalog.pricing import stock
from catalog.pricing.models import StockRecord
from catalog.pricing.stock import MOST_COPIES

CURRENCY = settings.SHOP_CURRENCY
SMALLEST = Decimal(1).scaleb(-DECIMALS[CURRENCY])


class EditionForm(forms.ModelForm):  # type: ignore[type-arg]  # not at run time
    """An edition's facts, and the price and stock of its one stock record.

    The price carries along what it showed, so that only what staff changed is written: an
    import may have set another meanwhile. Copies are added or taken, with a reason.
    """

    file_ending = ""  # what the content of the upload calls for

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
    added = forms.IntegerField(
        label="Add or take copies",
        required=False,
        min_value=-MOST_COPIES,
        max_value=MOST_COPIES,
        help_text="Such as 20 or -3.",
    )
    reason = ReasonField(required=False)
    language = forms.ChoiceField(required=False)
    accessibility = forms.MultipleChoiceField(
        label="What readers with disabilities find",
        required=False,
        choices=accessibility.FEATURES,
        widget=forms.CheckboxSelectMultiple,
        help_text="Shown on the book's page; tick what was examined.",
    )

    file = FileField()

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
            "protection",
            "accessibility",
            "slug",
        ]
        labels = {
            "is_public": "Shown to readers",
            "slug": "Last part of its address",
            "published_on": "Published on",
            "protection": "Copy protection",
        }
        help_texts = {
            "is_public": "",
            "protection": "Of an e-book. Empty: readers are told nothing.",
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
        if self.stock_record is not None and self.stock_record.price is not None:
            self.initial["price"] = self.stock_record.price.quantize(SMALLEST)

    @cached_property
    def stock_record(self) -> StockRecord | None:
        """Return the record with price and stock, if the edition has one yet."""
        if not self.instance.pk:
            return None
        return next(iter(self.instance.stockrecords.all()), None)

    @property
    def shown_price(self) -> Decimal | None:
        """The price that the page showed."""
        field = self.fields["price"]
        try:
            return field.to_python(self.data.get(self["price"].html_initial_name))
        except ValidationError:
            return None

    @property
    def added_copies(self) -> int:
        """How many copies are added; negative if some are taken."""
        return self.cleaned_data.get("added") or 0

    @property
    def moves_stock(self) -> bool:
        """Whether the price or the copies of a known edition change."""
        is_known = self.stock_record is not None
        return is_known and bool(self.added_copies or "price" in self.changed_data)

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

    def clean_accessibility(self) -> list[str]:
        """Return the features in the order in which readers see them."""
        return accessibility.in_order(self.cleaned_data["accessibility"])

    def clean(self) -> dict[str, Any]:
        """Check the copies against the publication type, and ask for the reason."""
        fields = super().clean() or self.cleaned_data
        self._check_dates(fields)
        self._check_type(fields.get("publication_type") or "")
        self._check_file(fields)
        added = fields.get("added")
        if added and fields.get("publication_type") in Product.DIGITAL:
            self.add_error("added", "An e-book has no copies: leave this empty.")
        elif added and self.stock_record is None and added < 0:
            self.add_error("added", "A new edition starts with no copies: none can be taken.")
        elif added and self.stock_record is not None and not fields.get("reason"):
            self.add_error("reason", "Say why, such as delivery or damaged.")
        return fields

    def refuse_price(self, moved: stock.PriceMoved) -> None:
        """Say what the price became; a second save counts as knowing it."""
        data: Any = self.data
        self.data = data = data.copy()
        data[self["price"].html_initial_name] = "" if moved.now is None else str(moved.now)
        self.add_error("price", str(moved))

    def _check_dates(self, fields: dict[str, Any]) -> None:
        """Refuse an embargo that is over before anybody sees the edition."""
        announced, embargo = fields.get("announced_at"), fields.get("embargoed_until")
        if announced and embargo and timezone.localdate(announced) > embargo:
            message = "That is before readers see the edition: give a later day or none."
            self.add_error("embargoed_until", message)

    def _check_type(self, new: str) -> None:
        """Keep what was sold as paper or as a file what it is: orders wait for it."""
        was = self.initial.get("publication_type") or ""
        if not self.instance.pk or (was in Product.DIGITAL) == (new in Product.DIGITAL):
            return
        if stock.sold([self.instance.pk]):
            kind = "an e-book" if was in Product.DIGITAL else "a printed book"
            message = f"Readers bought it as {kind}: add an edition of the other type instead."
            self.add_error("publication_type", message)

    def _check_file(self, fields: dict[str, Any]) -> None:
        """Refuse a file that is not what the publication type promises."""
        upload: Any = fields.get("file")
        type_: Any = fields.get("publication_type")
        digital = type_ in Product.DIGITAL
        kept = self.current_file if "publication_type" in self.changed_data else None
        if upload and not digital and type_:
            message = "A printed edition has no file: choose it in the row of the e-book."
            self.add_error("file", message)
        elif upload and digital:
            try:
                self.file_ending = file_formats.check(upload, type_)
            except ValidationError as refusal:
                self.add_error("file", refusal)
        elif digital and kept and kept.ending not in file_formats.ENDINGS[type_]:
            message = f"Its file is of another type: choose {file_formats.TAKEN[type_]}."
            self.add_error("file", message)

    @cached_property
    def current_file(self) -> EditionFile | None:
        """Return the file that the edition has, if any."""
        return next(iter(self.instance.files.all()), None) if self.instance.pk else None

    def save_file(self, *, by: Any) -> None:
        """Make the upload, if there is one, the file of the edition."""
        if upload := self.cleaned_data.get("file"):
            edition_files.store(
                edition=self.instance, upload=upload, ending=self.file_ending, by=by
            )

    def take_after(self, work: Product) -> None:
        """Give the edition the title of its work."""
        self.instance.title = work.title
        self.instance.sort_title = work.sort_title

    def save_stock(self, *, by: Any) -> None:
        """Write price and stock as far as staff changed them."""
        edition, fields = self.instance, self.cleaned_data
        reason = fields["reason"]
        if self.stock_record is None:
            stockroom.open_record(
                edition=edition,
                price=fields["price"],
                copies=self.added_copies,
                reason=reason or "New edition",
                by=by,
            )
            return
        stockroom.rename_record(edition=edition)
        key = self.stock_record.pk
        if "price" in self.changed_data:
            stock.set_price(
                stock_record=key,
                price=fields["price"],
                shown=self.shown_price,
                reason=reason,
                by=by,
            )
        if self.added_copies:
            stock.change_copies(stock_record=key, added=self.added_copies, reason=reason, by=by)
