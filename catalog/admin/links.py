"""What a work is linked with: people, subjects, other works."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest
from oscar.core.loading import get_model

from catalog.admin.parts import LabelledRows, Part
from catalog.admin.places import PlacedRows, place_field
from catalog.models import Contribution, Product, RelatedWork

ProductCategory = get_model("catalogue", "ProductCategory")
ProductRecommendation = get_model("catalogue", "ProductRecommendation")


class LinkInline(Part, admin.TabularInline):  # type: ignore[type-arg]  # not at run time
    """Rows that link the work with something that has a page of its own."""

    formset = LabelledRows
    label = ""

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Head the column in the words of the shop."""
        return super().formfield_for_foreignkey(
            db_field, request, **{"label": self.label, **kwargs}
        )

    def name_row(self, row: Any) -> str:
        """Return what the row links the work with."""
        return str(row)


class ContributionForm(forms.ModelForm):  # type: ignore[type-arg]  # not at run time
    """What somebody did."""

    position = place_field()


class ContributionInline(LinkInline):
    """Who did what, in the order of the title page."""

    model = Contribution
    form = ContributionForm
    formset = PlacedRows
    classes = ["placed-rows"]
    label = "Name"
    fields = ["contributor", "role", "position"]
    autocomplete_fields = ["contributor"]
    verbose_name = "contributor"
    verbose_name_plural = "contributors, in the order of the title page"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Contribution]:
        """Load the names."""
        return super().get_queryset(request).select_related("contributor")


class SubjectInline(LinkInline):
    """The subjects under which the work is filed."""

    model = ProductCategory
    label = "Subject"
    fields = ["category"]
    autocomplete_fields = ["category"]
    verbose_name = "subject"
    verbose_name_plural = "subjects: the first is the main one"
    ordering = ["pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Load the names."""
        return super().get_queryset(request).select_related("category")

    def name_row(self, row: Any) -> str:
        """Return the subject's name."""
        return str(row.category)


class AboutInline(LinkInline):
    """The people whom the work is about."""

    model = Product.about.through
    label = "Name"
    fields = ["contributor"]
    autocomplete_fields = ["contributor"]
    verbose_name = "person"
    verbose_name_plural = "people whom the book is about"
    ordering = ["pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Load the names."""
        return super().get_queryset(request).select_related("contributor")

    def name_row(self, row: Any) -> str:
        """Return the person's name."""
        return str(row.contributor)


class RecommendationForm(forms.ModelForm):  # type: ignore[type-arg]  # not at run time
    """A work bought together with this one."""

    def clean_recommendation(self) -> Product:
        """Return the other work.

        :raises ValidationError: if it is this one.
        """
        other = self.cleaned_data["recommendation"]
        if other.pk == self.instance.primary_id:
            message = "A book is not bought together with itself."
            raise ValidationError(message)
        return other


class RecommendationInline(LinkInline):
    """The works of "Frequently bought together"."""

    model = ProductRecommendation
    label = "Book"
    fk_name = "primary"
    form = RecommendationForm
    fields = ["recommendation", "ranking"]
    autocomplete_fields = ["recommendation"]
    ordering = ["-ranking", "pk"]
    verbose_name = "book"
    verbose_name_plural = "frequently bought together: the first three on sale are shown"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Load the titles."""
        return super().get_queryset(request).select_related("recommendation")

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Offer works and no editions."""
        if db_field.name == "recommendation":
            kwargs["queryset"] = Product.objects.filter(structure=Product.PARENT)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def name_row(self, row: Any) -> str:
        """Return the other work's title."""
        return str(row.recommendation)


class RelatedForm(forms.ModelForm):  # type: ignore[type-arg]  # not at run time
    """A work to read on with."""

    position = place_field()

    def clean_other(self) -> Product:
        """Return the other work.

        :raises ValidationError: if it is this one.
        """
        other = self.cleaned_data["other"]
        if other.pk == self.instance.work_id:
            message = "A book is not related to itself."
            raise ValidationError(message)
        return other


class RelatedInline(LinkInline):
    """The works of "Related books"."""

    model = RelatedWork
    label = "Book"
    fk_name = "work"
    form = RelatedForm
    formset = PlacedRows
    classes = ["placed-rows"]
    fields = ["other", "position"]
    autocomplete_fields = ["other"]
    verbose_name = "book"
    verbose_name_plural = "related books: shown below the book, in this order"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Load the titles."""
        return super().get_queryset(request).select_related("other")

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Offer works and no editions."""
        if db_field.name == "other":
            kwargs["queryset"] = Product.objects.filter(structure=Product.PARENT)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
