"""The facts and texts of a work."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator

from catalog.admin import languages
from catalog.models import Product
from catalog.onix.slugs import NO_WORK
from catalog.titles import sort_title

HTML_HELP = "Paragraphs, emphasis, lists and links; other HTML is taken out."


class WorkForm(forms.ModelForm):  # type: ignore[type-arg]  # not at run time
    """A work, which Oscar keeps as a parent product."""

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
            "about",
            "is_public",
            "priority",
        ]
        labels = {
            "slug": "Last part of its address",
            "table_of_contents": "Contents",
            "series_number": "Number in the series",
            "is_public": "Shown to readers",
            "priority": "Put forward",
        }
        help_texts = {
            "slug": "Such as my-life. A change breaks the links that others made to the book.",
            "short_description": f"A sentence or two, below the title. {HTML_HELP}",
            "description": HTML_HELP,
            "table_of_contents": HTML_HELP,
            "pull_quote": "A few lines set large beside the description, without quotes.",
            "pull_quote_source": "Who said it, and where.",
            "is_public": "Readers see it once an edition is shown, too.",
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
            fields["original_language"].choices = languages.choices(
                kept=self.instance.original_language
            )
            fields["first_published"].validators.append(MaxValueValidator(9999))

    def clean_slug(self) -> str:
        """Return the address.

        :raises ValidationError: if another work or page has it.
        """
        slug = self.cleaned_data["slug"]
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
        return fields
