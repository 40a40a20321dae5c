"""The people who made the books, and what each did."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from catalog import html
from catalog.isni import clean_isni


class Contributor(models.Model):
    """A person, or a body, that wrote, translated, edited or drew."""

    name = models.CharField(max_length=200, help_text="As the title page prints it.")
    sort_name = models.CharField(max_length=200, help_text="Family name first.")
    slug = models.SlugField(max_length=200, unique=True)
    born = models.PositiveSmallIntegerField("born in", null=True, blank=True)
    died = models.PositiveSmallIntegerField("died in", null=True, blank=True)
    biography = models.TextField(
        blank=True, help_text="Paragraphs, emphasis and links; other HTML is taken out."
    )
    portrait = models.ImageField(upload_to="portraits/", blank=True)
    wikidata = models.CharField(
        max_length=20, blank=True, help_text="The person's item in Wikidata, such as Q33391."
    )
    isni = models.CharField("ISNI", max_length=16, blank=True)

    class Meta:
        ordering = ["sort_name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(born=None) | Q(died=None) | Q(born__lt=F("died")),
                name="born_before_died",
            ),
            models.CheckConstraint(
                condition=Q(isni="") | Q(isni__regex=r"^\d{15}[\dX]$"),
                name="isni_is_16_characters",
            ),
            models.UniqueConstraint(
                fields=["isni"],
                condition=~Q(isni=""),
                name="one_person_an_isni",
                violation_error_message="Another contributor has this ISNI.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        """Keep only the HTML that a biography may hold."""
        self.biography = html.clean(self.biography)
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def get_absolute_url(self) -> str:
        """Return the address of the person's page."""
        return reverse("catalog:contributor", args=[self.slug])

    def clean(self) -> None:
        """Check the ISNI and store its digits."""
        try:
            self.isni = clean_isni(self.isni) if self.isni else ""
        except ValidationError as error:
            raise ValidationError({"isni": error}) from error

    @property
    def years(self) -> str:
        """The years of a life: `1879-1940`, `born 1951`, or nothing."""
        if self.born and self.died:
            return f"{self.born}\N{EN DASH}{self.died}"
        if self.born:
            return f"born {self.born}"
        return f"died {self.died}" if self.died else ""

    @property
    def also_known_as(self) -> list[str]:
        """The other names, each once; no query if prefetched."""
        names = dict.fromkeys(other.name for other in self.other_names.all())
        return [name for name in names if name != self.name]

    @property
    def initials(self) -> str:
        """The letters to draw where there is no portrait."""
        words = self.name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


class ContributorLink(models.Model):
    """Further reading about a contributor, elsewhere."""

    contributor = models.ForeignKey(Contributor, models.CASCADE, related_name="links")
    label = models.CharField(max_length=255)
    url = models.URLField("address")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = "further reading"
        verbose_name_plural = "further reading"

    def __str__(self) -> str:
        return self.label


class OtherName(models.Model):
    """Another name or spelling under which a contributor is searched for and imported.

    After a merge it also holds what imports knew the other by, so that they find this one.
    """

    contributor = models.ForeignKey(Contributor, models.CASCADE, related_name="other_names")
    name = models.CharField(max_length=200, db_index=True)
    wikidata = models.CharField(max_length=20, blank=True, editable=False)
    born = models.PositiveSmallIntegerField(null=True, editable=False)
    died = models.PositiveSmallIntegerField(null=True, editable=False)

    class Meta:
        ordering = ["name", "pk"]
        default_permissions = ()
        verbose_name = "other name"

    def __str__(self) -> str:
        return self.name


class Contribution(models.Model):
    """One person's part in one work, in title-page order."""

    class Role(models.TextChoices):
        """What the person did, by its ONIX code (list 17)."""

        AUTHOR = "A01", "author"
        ILLUSTRATOR = "A12", "illustrator"
        PREFACE = "A15", "preface"
        PROLOGUE = "A16", "prologue"
        AFTERWORD = "A19", "afterword"
        NOTES = "A20", "notes"
        EPILOGUE = "A22", "epilogue"
        FOREWORD = "A23", "foreword"
        INTRODUCTION = "A24", "introduction"
        PHOTOGRAPHER = "A13", "photographs"
        COVER_ART = "A36", "cover art"
        EDITOR = "B01", "editor"
        TRANSLATOR = "B06", "translator"
        EDITOR_TRANSLATOR = "B10", "editor and translator"
        SERIES_EDITOR = "B09", "series editor"
        NARRATOR = "E03", "narrator"
        READER = "E07", "read by"
        OTHER = "Z99", "contributor"

    work = models.ForeignKey("catalogue.Product", models.CASCADE, related_name="contributions")
    contributor = models.ForeignKey(Contributor, models.PROTECT, related_name="contributions")
    role = models.CharField(max_length=3, choices=Role, default=Role.AUTHOR)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["work", "contributor", "role"], name="one_part_a_person_a_role"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contributor}, {self.get_role_display()}"
