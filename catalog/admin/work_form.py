"""The facts and texts of a work."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator

from catalog.admin import languages, parts
from catalog.admin.markdown_form import MarkdownField, MarkdownForm
from catalog.models import Product
from catalog.onix.slugs import NO_WORK, free_slug
from catalog.titles import sort_title


class WorkForm(MarkdownForm):
    """A work, which Oscar keeps as a parent product."""

    texts = ("short_description", "description", "table_of_contents")
    refusal = ""  # why the form is to be shown again whatever it holds

    short_description = MarkdownField(rows=4, help_text="A sentence or two, below the title.")
    description = MarkdownField(rows=14)
    table_of_contents = MarkdownField(label="Contents")
    original_language = forms.ChoiceField(required=False)

    class Meta:
        model = Product
        fields = [
            "title",
            "subtitle",
            "slug",
            "sort_title",
            "short_description",
            "description",
            "pull_quote",
            "pull_quote_source",
            "table_of_contents",
            "first_published",
            "original_language",
            "series",
            "series_number",
            "is_public",
            "announced_at",
            "priority",
        ]
        labels = {
            "slug": "Last part of its address",
            "series_number": "Number in the series",
            "is_public": "Shown to readers",
            "priority": "Put forward",
        }
        help_texts = {
            "slug": "Empty: made from the title. A change breaks links to the book.",
            "pull_quote": "A few lines set large beside the description, without quotes.",
            "pull_quote_source": "Who said it, and where.",
            "is_public": "Readers see it once an edition is shown, too.",
            "announced_at": "Hidden from readers before. Empty: announced at once.",
            "priority": "Higher comes first on the front page; 0 is not put forward.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Make it a work."""
        super().__init__(*args, **kwargs)
        self.instance.structure = Product.PARENT
        # Staff who may only look get no fields.
        fields: dict[str, Any] = self.fields
        if "title" in fields:
            fields["title"].required = True
            fields["slug"].required = False
            parts.label_dates(self)
            fields["original_language"].choices = languages.choices(
                kept=self.instance.original_language
            )
            fields["first_published"].validators.append(MaxValueValidator(9999))

    def clean_slug(self) -> str:
        """Return the address; an empty one is made from the title.

        :raises ValidationError: if another work or page has it.
        """
        works = Product.objects.filter(structure=Product.PARENT).exclude(pk=self.instance.pk)
        slug = self.cleaned_data["slug"]
        if not slug:
            title = self.cleaned_data.get("title", "")
            return free_slug(
                title, taken=lambda made: made == NO_WORK or works.filter(slug=made).exists()
            )
        if slug == NO_WORK:
            message = "The feed of new books has this address: add a word."
            raise ValidationError(message)
        others = Product.objects.filter(structure=Product.PARENT, slug=slug)
        if other := others.exclude(pk=self.instance.pk).first():
            message = f"\N{LEFT DOUBLE QUOTATION MARK}{other}\N{RIGHT DOUBLE QUOTATION MARK}"
            message += " has this address already."
            raise ValidationError(message)
        return slug

    def clean(self) -> dict[str, Any]:
        """Sort a retitled work by its new title, unless staff chose how to sort it."""
        fields = super().clean() or self.cleaned_data
        was = self.initial
        followed = was.get("sort_title") == sort_title(was.get("title") or "")
        if "title" in self.changed_data and "sort_title" not in self.changed_data and followed:
            fields["sort_title"] = ""
        if self.refusal:
            self.add_error(None, self.refusal)
        return fields
