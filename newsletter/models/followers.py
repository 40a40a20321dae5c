"""Readers who asked to be told about new books by an author."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from newsletter.models.subscribers import Evidence, new_token
from newsletter.querysets import FollowerQuerySet, FollowQuerySet


class Follower(models.Model):
    """An address that asked about authors; its mails carry one token for all of them."""

    email = models.EmailField("e-mail address")
    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    created_at = models.DateTimeField("first asked", auto_now_add=True)
    asked_at = models.DateTimeField("asked to confirm", null=True, editable=False)
    told_at = models.DateTimeField("last told of books", null=True, editable=False)

    objects = FollowerQuerySet.as_manager()

    class Meta:
        verbose_name = "follower of authors"
        verbose_name_plural = "followers of authors"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_follower_an_address"),
        ]

    def __str__(self) -> str:
        return self.email


class Follow(models.Model):
    """The wish of one address to hear of one person's new books.

    When the person is deleted the wish stays, for its evidence, and leads to nothing.
    """

    class State(models.TextChoices):
        """How far the consent has come."""

        UNCONFIRMED = "unconfirmed", "Not confirmed yet"
        CONFIRMED = "confirmed", "Confirmed"
        STOPPED = "stopped", "Stopped"

    follower = models.ForeignKey(Follower, models.CASCADE, related_name="follows")
    contributor = models.ForeignKey(
        "catalogue.Contributor",
        models.SET_NULL,
        null=True,
        related_name="follows",
        verbose_name="author",
    )
    state = models.CharField(max_length=12, choices=State, default=State.UNCONFIRMED)
    confirmed_at = models.DateTimeField("confirmed", null=True, editable=False)
    stopped_at = models.DateTimeField("stopped", null=True, editable=False)

    objects = FollowQuerySet.as_manager()

    class Meta:
        ordering = ["contributor__sort_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["follower", "contributor"], name="one_follow_an_author"
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(confirmed_at__isnull=False),
                name="follow_confirmed_at_some_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contributor}, for {self.follower}"


class FollowEvidence(Evidence):
    """An act of a follower: the wording names the author."""

    class Act(models.TextChoices):
        """What the follower did."""

        ASKED = "asked", "Asked to be told"
        CONFIRMED = "confirmed", "Confirmed"
        STOPPED = "stopped", "Stopped"

    follow = models.ForeignKey(Follow, models.CASCADE, related_name="evidence")
    act = models.CharField(max_length=12, choices=Act)

    class Meta(Evidence.Meta):
        verbose_name = "evidence of consent"
        verbose_name_plural = "evidence of consent"

    def __str__(self) -> str:
        return f"{self.get_act_display()} on {self.at:%Y-%m-%d}"


class Told(models.Model):
    """A book that one wish has been answered with: the row is there before any mail."""

    class State(models.TextChoices):
        """How the reader knows."""

        KNOWN = "known", "Could be seen before"
        WAITING = "waiting", "To be mailed"
        MAILED = "mailed", "Mailed"

    follow = models.ForeignKey(Follow, models.CASCADE, related_name="told")
    work = models.ForeignKey("catalogue.Product", models.CASCADE, related_name="told_to")
    state = models.CharField(max_length=7, choices=State)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["follow", "work"], name="told_of_a_book_once"),
        ]
        indexes = [
            models.Index(fields=["follow"], condition=Q(state="waiting"), name="news_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.work}: {self.get_state_display()}"
