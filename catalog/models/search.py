"""What a search looks at: one row a work, and one a name that readers may look for."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

# PostgreSQL thinks that to read a vector costs next to nothing, and would rather read
# thousands than use an index. The function returns what it is given, and costs.
HEADING = models.Func("heading", function="search_words")
VECTOR = models.Func("vector", function="search_words")


class SearchEntry(models.Model):
    """A work's words. Prices, stock and all other facts are asked where they are kept."""

    work = models.OneToOneField(
        "catalogue.Product", models.CASCADE, primary_key=True, related_name="search_entry"
    )
    title_key = models.CharField(max_length=255, default="", db_index=True)
    # Title, people, series; and all that with subjects and texts.
    heading = SearchVectorField(default="")
    vector = SearchVectorField()
    # Whose numbers of books this work was counted in.
    people = ArrayField(models.BigIntegerField(), default=list)
    subjects = ArrayField(models.BigIntegerField(), default=list)
    series = ArrayField(models.BigIntegerField(), default=list)
    # From when readers see it, if it is public; empty: at once. Asked at each search.
    shown_from = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "search entries"
        indexes = [
            models.Index(
                fields=["shown_from"],
                name="search_shown_from",
                condition=models.Q(shown_from__isnull=False),
            ),
            GinIndex(HEADING, name="search_heading"),
            GinIndex(VECTOR, name="search_vector"),
        ]

    def __str__(self) -> str:
        return str(self.work)


class SearchHeading(models.Model):
    """What a reader may look for by name: a work, person, series or subject with books."""

    class Kind(models.TextChoices):
        """What it is."""

        WORK = "work", "book"
        PERSON = "person", "person"
        SERIES = "series", "series"
        SUBJECT = "subject", "subject"

    kind = models.CharField(max_length=7, choices=Kind)
    target = models.BigIntegerField()
    name = models.CharField(max_length=255)
    detail = models.CharField(max_length=255, blank=True)
    slug = models.CharField(max_length=255, blank=True)
    books = models.PositiveIntegerField(default=0)
    key = models.CharField(max_length=255)
    words = SearchVectorField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "target"], name="one_heading_a_target"),
        ]
        indexes = [
            GinIndex(fields=["words"], name="search_heading_words"),
            models.Index(
                fields=["key"], name="search_heading_key", opclasses=["varchar_pattern_ops"]
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SearchWord(models.Model):
    """A word of some title or name, so that a misspelt one can be put right."""

    word = models.CharField(max_length=100, primary_key=True)
    is_name = models.BooleanField(default=False)
    known_from = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            GinIndex(fields=["word"], name="search_word_trigrams", opclasses=["gin_trgm_ops"]),
        ]

    def __str__(self) -> str:
        return self.word
