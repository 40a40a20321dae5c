"""What a search looks at: one row a work, written whenever the work changes."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class SearchEntry(models.Model):
    """A work as search knows it."""

    work = models.OneToOneField(
        "catalogue.Product", models.CASCADE, primary_key=True, related_name="search_entry"
    )
    isbns = ArrayField(models.CharField(max_length=13), default=list)
    vector = SearchVectorField()

    class Meta:
        verbose_name_plural = "search entries"
        indexes = [
            GinIndex(fields=["vector"], name="search_vector"),
            GinIndex(fields=["isbns"], name="search_isbns"),
        ]

    def __str__(self) -> str:
        return str(self.work)


class SearchWord(models.Model):
    """A word of some title or name, so that a misspelt one can be put right."""

    word = models.CharField(max_length=100, primary_key=True)

    class Meta:
        indexes = [
            GinIndex(fields=["word"], name="search_word_trigrams", opclasses=["gin_trgm_ops"]),
        ]

    def __str__(self) -> str:
        return self.word
