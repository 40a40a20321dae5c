"""Questions about subscribers and about followers of authors."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Lower


class AddressQuerySet(models.QuerySet[Any]):
    """Filters for whoever has an e-mail address and a token; every method can be chained."""

    def at_address(self, email: str) -> Self:
        """Keep the one with this address, however its letters are cased."""
        return self.alias(address=Lower("email")).filter(address=Lower(Value(email)))

    def with_token(self, token: str) -> Self:
        """Keep the one whose mails carry this token; PostgreSQL refuses NUL in text."""
        return self.none() if "\0" in token else self.filter(token=token)


class SubscriberQuerySet(AddressQuerySet):
    """Filters for subscribers; every method can be chained."""

    def about_topic(self, topic: str) -> Self:
        """Keep those who ticked this topic."""
        return self.filter(topics__contains=[topic])

    def not_mailed_since(self, moment: datetime) -> Self:
        """Keep those whose last answer to a sign-up is older, or was never sent."""
        return self.filter(Q(mailed_at=None) | Q(mailed_at__lte=moment))


class FollowerQuerySet(AddressQuerySet):
    """Filters for followers; every method can be chained."""

    def not_asked_since(self, moment: datetime) -> Self:
        """Keep those whose last answer is older, or was never sent."""
        return self.filter(Q(asked_at=None) | Q(asked_at__lte=moment))

    def not_told_since(self, moment: datetime) -> Self:
        """Keep those whose last news is older, or never came."""
        return self.filter(Q(told_at=None) | Q(told_at__lt=moment))


class FollowQuerySet(models.QuerySet[Any]):
    """Filters for what readers follow; every method can be chained."""

    def confirmed(self) -> Self:
        """Keep those that may be written to, about somebody who is still there."""
        return self.filter(state="confirmed", contributor__isnull=False)

    def unconfirmed(self) -> Self:
        """Keep those whose reader has not pressed the button yet."""
        return self.filter(state="unconfirmed", contributor__isnull=False)
