"""Pages that are no more: where each leads now, and the name under which it was known."""

from django.db import models


class FormerPage(models.Model):
    """The address, and the name, of a page that was merged into another or moved."""

    class Kind(models.TextChoices):
        """What the page was about."""

        CONTRIBUTOR = "contributor", "contributor"
        SUBJECT = "category", "subject"
        SERIES = "series", "series"
        IMPRINT = "imprint", "imprint"

    kind = models.CharField(max_length=11, choices=Kind)
    slug = models.SlugField(max_length=255)
    name = models.CharField(
        max_length=255, blank=True, help_text="A series, an imprint, or a subject's Thema code."
    )
    target = models.PositiveBigIntegerField(help_text="The key of what the address leads to.")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["kind", "slug"], name="one_former_page_a_slug")
        ]
        indexes = [models.Index(fields=["kind", "name"], name="former_names")]

    def __str__(self) -> str:
        return f"{self.kind} {self.slug}"
