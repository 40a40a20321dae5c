"""Subscribers, and the evidence that they asked."""

import secrets

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower


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
    created_at = models.DateTimeField(auto_now_add=True)
    mailed_at = models.DateTimeField("confirmation asked at", null=True, editable=False)
    confirmed_at = models.DateTimeField(null=True, editable=False)
    unsubscribed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_subscription_an_address"),
        ]

    def __str__(self) -> str:
        return self.email


class Consent(models.Model):
    """What a subscriber was shown and did, kept as evidence (GDPR article 7)."""

    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="consents")
    act = models.CharField(max_length=12, choices=Subscriber.State)
    wording = models.TextField()
    topics = ArrayField(models.CharField(max_length=12), default=list)
    page = models.CharField(max_length=500, blank=True)
    network = models.CharField(
        max_length=45, blank=True, help_text="The visitor's IP address, shortened."
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.get_act_display()} on {self.at:%Y-%m-%d}"
