"""Subscribers, and the evidence that they asked."""

import secrets

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from newsletter.querysets import SubscriberQuerySet


def new_token() -> str:
    """Return an unguessable key for links in mails."""
    return secrets.token_urlsafe(24)


class Subscriber(models.Model):
    """An address that asked for mail; nothing is sent to it until it confirms."""

    class Topic(models.TextChoices):
        """What a subscriber may be written to about."""

        PUBLICATIONS = "publications", "New publications"
        OFFERS = "offers", "Special offers"
        EVENTS = "events", "Exclusive events"

    class State(models.TextChoices):
        """How far the consent has come."""

        UNCONFIRMED = "unconfirmed", "Not confirmed yet"
        CONFIRMED = "confirmed", "Confirmed"
        UNSUBSCRIBED = "unsubscribed", "Unsubscribed"

    email = models.EmailField("e-mail address")
    state = models.CharField(max_length=12, choices=State, default=State.UNCONFIRMED)
    topics = ArrayField(models.CharField(max_length=12, choices=Topic), default=list)
    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    created_at = models.DateTimeField("signed up", auto_now_add=True)
    mailed_at = models.DateTimeField("sign-up answered", null=True, editable=False)
    confirmed_at = models.DateTimeField("confirmed", null=True, editable=False)
    unsubscribed_at = models.DateTimeField("unsubscribed", null=True, editable=False)

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_subscription_an_address"),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(confirmed_at__isnull=False),
                name="confirmed_at_some_time",
            ),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def topics_in_words(self) -> str:
        """The topics as the sign-up form names them, in its order."""
        return ", ".join(topic.label for topic in self.Topic if topic in self.topics)


class Evidence(models.Model):
    """What a reader was shown and did, kept as evidence (GDPR article 7)."""

    wording = models.TextField("wording shown")
    page = models.CharField(max_length=500, blank=True)
    network = models.CharField(
        max_length=45, blank=True, help_text="The visitor's IP address, shortened."
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True
        ordering = ["-at", "-pk"]


class Consent(Evidence):
    """An act of a subscriber to the newsletter."""

    class Act(models.TextChoices):
        """What the subscriber did."""

        ASKED = "asked", "Asked to sign up"
        CONFIRMED = "confirmed", "Confirmed"
        CHANGED = "changed", "Changed the topics"
        LEFT = "left", "Unsubscribed"

    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="consents")
    act = models.CharField(max_length=12, choices=Act)
    topics = ArrayField(models.CharField(max_length=12, choices=Subscriber.Topic), default=list)

    def __str__(self) -> str:
        return f"{self.get_act_display()} on {self.at:%Y-%m-%d}"
