"""Imports of ONIX messages: how far each has come, and what it had to say."""

from django.conf import settings
from django.db import models


class ImportRun(models.Model):
    """One message on its way into the catalogue, or tried out without being written.

    `records_done` is committed together with the work it counts, so that a run that was
    killed goes on at the next record, and does nothing twice.
    """

    class State(models.TextChoices):
        """Where a run stands; a running one whose process died counts as stopped."""

        WAITING = "waiting", "Waiting for its turn"
        RUNNING = "running", "Running"
        STOPPED = "stopped", "Stopped"
        FAILED = "failed", "Failed"
        DONE = "done", "Done"

    name = models.CharField("file", max_length=255)
    path = models.CharField(max_length=1000, blank=True)
    fingerprint = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField("size in bytes", default=0)
    is_trial = models.BooleanField("only tried out", default=False)
    keeps_stock = models.BooleanField("stock left alone", default=False)
    covers_folder = models.CharField(max_length=1000, blank=True)
    tried_as = models.OneToOneField(
        "self", models.SET_NULL, null=True, blank=True, related_name="import_proper"
    )
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    problem = models.TextField(blank=True)
    records_total = models.PositiveIntegerField(null=True, blank=True)
    records_done = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    omissions = models.JSONField(default=list)
    created_at = models.DateTimeField("begun", auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "ONIX import"
        verbose_name_plural = "ONIX imports"
        ordering = ["-pk"]
        default_permissions = ("add", "view")

    def __str__(self) -> str:
        return f"{self.name} ({'trial' if self.is_trial else 'import'} {self.pk})"

    @property
    def percent(self) -> int:
        """How much of the message has been dealt with."""
        if self.state == self.State.DONE:
            return 100
        return 100 * self.records_done // self.records_total if self.records_total else 0


class ImportLine(models.Model):
    """Something a run has to say about a record, with where the record stands."""

    class Kind(models.TextChoices):
        """Whether the record came in."""

        SKIPPED = "skipped", "Not loaded"
        REMARK = "remark", "Loaded, but note"
        COVER = "cover", "Cover"

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="lines")
    kind = models.CharField(max_length=7, choices=Kind)
    number = models.PositiveIntegerField(null=True, blank=True)
    reference = models.CharField(max_length=255, blank=True)
    line = models.PositiveIntegerField(default=0)
    text = models.TextField()

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["run", "kind"], name="lines_of_a_run")]

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"

    @property
    def place(self) -> str:
        """The record's reference and line."""
        return f"{self.reference or 'record without reference'}, line {self.line}"


class ImportCover(models.Model):
    """A cover that a record names; fetched after its work is written."""

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", "To be fetched"
        DONE = "done", "Taken"
        FAILED = "failed", "Not taken"

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="covers")
    work = models.ForeignKey("catalogue.Product", models.CASCADE, related_name="+")
    isbn = models.CharField(max_length=13)
    reference = models.CharField(max_length=255, blank=True)
    line = models.PositiveIntegerField(default=0)
    link = models.CharField(max_length=1000, blank=True)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    image = models.ForeignKey(
        "catalogue.ProductImage", models.SET_NULL, null=True, related_name="+"
    )
    fingerprint = models.CharField(max_length=64, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["run", "work"], name="one_cover_a_work_a_run")
        ]

    def __str__(self) -> str:
        return f"cover of {self.isbn}"
