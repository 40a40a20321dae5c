"""People who sign in: readers and staff."""

from django.db import models
from django.db.models.functions import Lower
from oscar.apps.customer.abstract_models import AbstractUser


class User(AbstractUser):
    """Somebody known by an e-mail address, upper and lower case alike."""

    class Meta(AbstractUser.Meta):
        swappable = "AUTH_USER_MODEL"
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_account_an_address"),
        ]

    def save(self, *args: object, **kwargs: object) -> None:
        """Store the address in lower case."""
        self.email = self.email.lower()  # type: ignore[has-type]
        super().save(*args, **kwargs)
