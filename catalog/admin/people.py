"""Contributors, with what to read about them elsewhere."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet, URLField
from django.http import HttpRequest

from catalog.admin.markdown_form import MarkdownField, MarkdownForm
from catalog.admin.merging import Merges
from catalog.admin.parts import SCRIPTS, STYLES, FoundBySearch, work_links
from catalog.isni import clean_isni, show_isni
from catalog.models import Contribution, Contributor, ContributorLink, OtherName, Product
from catalog.pictures import PictureField

KEPT = "Who has books cannot be deleted: take them out of the books first."
SLUG_HELP = "The last part of the page's address. The old one leads to a new one."


class ContributorForm(MarkdownForm):
    """A contributor."""

    texts = ("biography",)

    biography = MarkdownField()
    portrait = PictureField(required=False)
    isni = forms.CharField(
        label="ISNI",
        required=False,
        max_length=30,
        help_text="The person's number by ISO 27729, with or without spaces.",
    )

    class Meta:
        model = Contributor
        fields = [
            "name",
            "sort_name",
            "slug",
            "born",
            "died",
            "biography",
            "portrait",
            "wikidata",
            "isni",
        ]
        help_texts = {"slug": SLUG_HELP}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Show the ISNI as it is printed."""
        super().__init__(*args, **kwargs)
        if self.instance.isni:
            self.initial["isni"] = show_isni(self.instance.isni)

    def clean_isni(self) -> str:
        """Return the ISNI without spaces.

        :raises ValidationError: if its check digit or form is wrong.
        """
        text: str = self.cleaned_data["isni"]
        return clean_isni(text) if text else ""

    def clean(self) -> dict[str, Any]:
        """Refuse a death before the birth, beside the field."""
        fields = super().clean() or self.cleaned_data
        born, died = fields.get("born"), fields.get("died")
        if born and died and died <= born:
            raise ValidationError({"died": "That is not after the year of birth."})
        return fields


class LinkInline(admin.TabularInline):  # type: ignore[type-arg]  # not at run time
    """Further reading; whoever may edit the contributor may edit it."""

    model: Any = ContributorLink
    extra = 0
    fields = ["label", "url", "position"]
    formfield_overrides = {URLField: {"assume_scheme": "https"}}

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Allow whoever may see contributors."""
        return request.user.has_perm("catalogue.view_contributor") or self._may(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Allow whoever may write contributors."""
        return self._may(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Allow whoever may write contributors."""
        return self._may(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Allow whoever may write contributors."""
        return self._may(request)

    def _may(self, request: HttpRequest) -> bool:
        user = request.user
        acts = ("add", "change")
        return any(user.has_perm(f"catalogue.{act}_contributor") for act in acts)


class OtherNameInline(LinkInline):
    """Other spellings, for search and imports."""

    model: Any = OtherName
    fields = ["name"]
    formfield_overrides = {}
    verbose_name_plural = "other names: search and imports find the person by them, too"


@admin.register(Contributor)
class ContributorAdmin(Merges, FoundBySearch):
    """People, by family name."""

    form = ContributorForm
    inlines = [OtherNameInline, LinkInline]
    list_display = ["sort_name", "name", "years", "number_of_books", "number_of_links"]
    ordering = ["sort_name", "pk"]
    search_fields = [
        "name__unaccent__icontains",
        "sort_name__unaccent__icontains",
        "other_names__name__unaccent__icontains",
    ]
    search_help_text = "A name, with or without accents"
    show_full_result_count = False
    prepopulated_fields = {"slug": ["name"]}
    readonly_fields = ["books"]
    fieldsets = [
        (None, {"fields": ["name", "sort_name", "slug", ("born", "died")]}),
        ("About", {"fields": ["biography", "portrait", ("wikidata", "isni")]}),
        ("Books", {"fields": ["books"], "description": KEPT}),
    ]
    # One at a time: each has to be without books.
    actions = None

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show the books once there can be some."""
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if obj else fieldsets[:-1]

    class Media:
        css = STYLES
        js = SCRIPTS

    def get_queryset(self, request: HttpRequest) -> QuerySet[Contributor]:
        """Count the books for the list."""
        people = super().get_queryset(request)
        return people.annotate(
            book_count=Count("contributions__work", distinct=True),
            link_count=Count("links", distinct=True),
        )

    def works_of(self, objects: Iterable[Contributor]) -> Iterable[int]:
        """Return the works that the people had a part in."""
        parts = Contribution.objects.filter(contributor__in=list(objects))
        return parts.values_list("work", flat=True)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Offer to delete only people without books."""
        return super().has_delete_permission(request, obj) and not (
            obj and obj.contributions.exists()
        )

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """Return the person's page."""
        return obj.get_absolute_url() if obj and obj.pk else None

    @admin.display(description="books", ordering="book_count")
    def number_of_books(self, person: Any) -> int:
        """Return how many works the person had a part in."""
        return person.book_count

    @admin.display(description="further reading", ordering="link_count")
    def number_of_links(self, person: Any) -> int:
        """Return how many links there are."""
        return person.link_count

    @admin.display(description="books")
    def books(self, person: Contributor) -> str:
        """Link the works with what the person did; say why deleting is not offered."""
        works = Product.objects.filter(contributions__contributor=person.pk)
        return work_links(works.distinct())
