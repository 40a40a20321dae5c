"""Works and their editions: one table, as Oscar keeps parents and children."""

from datetime import date, datetime

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from oscar.apps.catalogue.abstract_models import AbstractProduct
from oscar.core.loading import get_model

from catalog import accessibility, html
from catalog.isbn import clean_isbn, show_isbn
from catalog.models.people import Contribution, Contributor
from catalog.querysets import BookQuerySet
from catalog.titles import byline, sort_title


class Product(AbstractProduct):
    """A work (Oscar's parent product) or one of its editions (a child).

    A work has the title, the people and the texts; an edition has its own ISBN,
    form, weight, price and stock, and is what a reader buys.
    """

    class PublicationType(models.TextChoices):
        """The form in which an edition reaches its reader."""

        HARDCOVER = "hardcover", "Hardcover"
        PAPERBACK = "paperback", "Paperback"
        PAMPHLET = "pamphlet", "Pamphlet"
        EPUB = "epub", "E-book (EPUB)"
        PDF = "pdf", "E-book (PDF)"
        AUDIO = "audio", "Audiobook"

    DIGITAL = (PublicationType.EPUB, PublicationType.PDF, PublicationType.AUDIO)

    class Status(models.TextChoices):
        """Whether the publisher supplies an edition; the stock says how many."""

        ON_SALE = "on_sale", "On sale"
        FORTHCOMING = "forthcoming", "Forthcoming"
        REPRINTING = "reprinting", "Reprinting"
        WITHDRAWN = "withdrawn", "No longer sold"

    subtitle = models.CharField(max_length=255, blank=True)
    sort_title = models.CharField(
        max_length=255, blank=True, help_text="Empty: the title without The, A or An."
    )
    short_description = models.TextField(blank=True)
    table_of_contents = models.TextField(blank=True)
    pull_quote = models.TextField(blank=True)
    pull_quote_source = models.CharField(max_length=255, blank=True)
    first_published = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The year in which the work first appeared."
    )
    original_language = models.CharField(max_length=3, blank=True)
    series = models.ForeignKey(
        "catalogue.Series", models.SET_NULL, null=True, blank=True, related_name="works"
    )
    series_number = models.CharField(max_length=20, blank=True)
    about = models.ManyToManyField(
        "catalogue.Contributor",
        blank=True,
        related_name="works_about",
        help_text="People whom the work is about.",
    )
    announced_at = models.DateTimeField(
        "announced from", null=True, blank=True, help_text="Empty: at once."
    )
    revision = models.PositiveIntegerField(
        default=0, editable=False, help_text="Goes up whenever staff save the work's page."
    )

    publication_type = models.CharField(max_length=9, choices=PublicationType, blank=True)
    status = models.CharField(max_length=11, choices=Status, default=Status.ON_SALE)
    imprint = models.ForeignKey(
        "catalogue.Imprint", models.SET_NULL, null=True, blank=True, related_name="editions"
    )
    language = models.CharField(max_length=3, blank=True)
    published_on = models.DateField(null=True, blank=True)
    embargoed_until = models.DateField(
        null=True,
        blank=True,
        help_text="Can be ordered, but is not sent and not downloaded before this day.",
    )
    pages = models.PositiveIntegerField(null=True, blank=True)
    weight_g = models.PositiveIntegerField("weight in grams", null=True, blank=True)
    height_mm = models.PositiveIntegerField("height in mm", null=True, blank=True)
    width_mm = models.PositiveIntegerField("width in mm", null=True, blank=True)
    thickness_mm = models.PositiveIntegerField("thickness in mm", null=True, blank=True)
    protection = models.CharField(
        "copy protection", max_length=2, choices=accessibility.PROTECTIONS, blank=True
    )
    accessibility = ArrayField(
        models.CharField(max_length=2),
        default=list,
        blank=True,
        help_text="Codes of ONIX list 196.",
    )

    objects = BookQuerySet.as_manager()

    class Meta(AbstractProduct.Meta):
        verbose_name = "book"
        verbose_name_plural = "books"
        permissions = [("export_product", "Can export books as ONIX")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(structure="parent") | Q(parent=None, upc=None),
                name="work_has_no_isbn",
            ),
            models.CheckConstraint(
                condition=~Q(structure="child")
                | Q(parent__isnull=False) & ~Q(publication_type="") & ~Q(title=""),
                name="edition_has_work_and_type",
            ),
            models.CheckConstraint(
                condition=Q(upc=None) | ~Q(structure="child") | Q(upc__regex=r"^97[89]\d{10}$"),
                name="isbn_is_13_digits",
            ),
            models.CheckConstraint(
                condition=Q(embargoed_until=None) | Q(structure="child"),
                name="only_editions_are_embargoed",
            ),
            models.CheckConstraint(
                condition=Q(revision=0) | Q(structure="parent"),
                name="only_works_have_revisions",
            ),
            models.UniqueConstraint(
                fields=["slug"], condition=Q(structure="parent"), name="one_work_a_slug"
            ),
            models.UniqueConstraint(
                fields=["parent", "slug"],
                condition=Q(structure="child"),
                name="one_edition_a_slug",
            ),
        ]
        # The shelves, in the order in which readers walk along them.
        indexes = [
            models.Index(
                fields=["id"],
                name="works_shown",
                condition=Q(structure="parent", is_public=True),
            ),
            models.Index(
                fields=["sort_title", "id"],
                name="works_by_title",
                condition=Q(structure="parent"),
            ),
            models.Index(
                fields=["published_on", "id"],
                name="editions_by_date",
                condition=Q(structure="child", is_public=True),
            ),
            models.Index(
                fields=["published_on", "id"],
                name="editions_to_come",
                condition=Q(structure="child", status="forthcoming"),
            ),
            models.Index(
                fields=["parent"],
                include=[
                    *("publication_type", "language", "published_on", "status", "id"),
                    "announced_at",
                ],
                name="edition_facts",
                condition=Q(structure="child", is_public=True),
            ),
        ]

    def __str__(self) -> str:
        if self.is_child:
            return f"{self.title} ({self.get_publication_type_display()})"
        return self.title

    def clean(self) -> None:
        """Check an edition's ISBN and store its digits."""
        if self.upc:  # type: ignore[has-type]
            try:
                self.upc = clean_isbn(self.upc)  # type: ignore[has-type]
            except ValidationError as error:
                raise ValidationError({"upc": error}) from error

    def save(self, *args: object, **kwargs: object) -> None:
        """Clean the texts and fill in what follows from the title."""
        self.sort_title = self.sort_title or sort_title(self.title)
        for field in ("description", "short_description", "table_of_contents"):
            setattr(self, field, html.clean(getattr(self, field)))
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Return the address of the work, or of this edition of it."""
        if self.is_child:
            return reverse("catalog:edition", args=[self.parent.slug, self.slug])
        return reverse("catalog:work", args=[self.slug])

    def is_announced(self, *, now: datetime | None = None) -> bool:
        """Tell if the moment has come from which readers see this work or edition."""
        return self.announced_at is None or self.announced_at <= (now or timezone.now())

    def is_embargoed(self, *, today: date | None = None) -> bool:
        """Tell if the edition may not be sent or downloaded yet."""
        return self.embargoed_until is not None and self.embargoed_until > (
            today or timezone.localdate()
        )

    @property
    def is_digital(self) -> bool:
        """Whether the edition is a file and not a parcel."""
        return self.publication_type in self.DIGITAL

    @property
    def is_shipping_required(self) -> bool:
        """Whether the edition goes by post."""
        return not self.is_digital

    def get_product_class(self) -> object:
        """Return Oscar's class for parcels or for files; the edition's type decides."""
        product_class = get_model("catalogue", "ProductClass")
        return product_class(
            name="E-book" if self.is_digital else "Printed book",
            requires_shipping=not self.is_digital,
            track_stock=not self.is_digital,
        )

    @property
    def accessibility_features(self) -> list[str]:
        """What makes the edition readable for everybody, in words."""
        return [
            accessibility.FEATURES[code] for code in accessibility.in_order(self.accessibility)
        ]

    @property
    def isbn(self) -> str:
        """The ISBN as a title page prints it."""
        return show_isbn(self.upc) if self.upc else ""

    @property
    def size(self) -> str:
        """Width by height in inches and millimetres."""
        if not (self.width_mm and self.height_mm):
            return ""
        inches = " x ".join(f"{mm / 25.4:.1f}".removesuffix(".0") for mm in self._sides)
        return f"{inches} in ({self.width_mm} x {self.height_mm} mm)"

    @property
    def _sides(self) -> tuple[int, int]:
        return self.width_mm or 0, self.height_mm or 0

    @property
    def authors(self) -> list[Contribution]:
        """The contributions that stand above the title, in order; no query if prefetched."""
        parts = list(self.contributions.all())
        return [part for part in parts if part.role == Contribution.Role.AUTHOR] or parts[:1]

    @property
    def helpers(self) -> list[tuple[Contributor, str]]:
        """Those named besides the authors, each once, with all they did."""
        roles: dict[Contributor, list[str]] = {}
        for part in self.contributions.all():
            if part not in self.authors:
                roles.setdefault(part.contributor, []).append(part.get_role_display())
        return [(person, ", ".join(did)) for person, did in roles.items()]

    @cached_property
    def byline(self) -> str:
        """Name the people as a shelf card does: `Leon Trotsky, translated by ...`."""
        return byline([(part.contributor.name, part.role) for part in self.contributions.all()])
