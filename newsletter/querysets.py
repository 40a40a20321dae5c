"""Questions about subscribers."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Lower


class SubscriberQuerySet(models.QuerySet[Any]):
    """Filters for subscribers; every method can be chained."""

    def at_address(self, email: str) -> Self:
        """Keep the one with this address, however its letters are cased."""
        return self.alias(address=Lower("email")).filter(address=Lower(Value(email)))

    def with_token(self, token: str) -> Self:
        """Keep the one whose mails carry this token; PostgreSQL refuses NUL in text."""
        return self.none() if "\0" in token else self.filter(token=token)

    def about_topic(self, topic: str) -> Self:
        """Keep those who ticked this topic."""
        return self.filter(topics__contains=[topic])

    def not_mailed_since(self, moment: datetime) -> Self:
        """Keep those whose last answer to a sign-up is older, or was never sent."""
        return self.filter(Q(mailed_at=None) | Q(mailed_at__lte=moment))
