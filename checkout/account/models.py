"""People who sign in: readers and staff."""

from django.contrib.auth.models import Group
from django.contrib.postgres.fields import ArrayField
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


class Role(models.Model):
    """A role that the shop brings, the group that stands for it, and what it was given."""

    name = models.CharField(max_length=50, primary_key=True)
    group = models.OneToOneField(
        Group, models.SET_NULL, null=True, related_name="role", editable=False
    )
    given = ArrayField(models.CharField(max_length=150), default=list)

    class Meta:
        default_permissions = []

    def __str__(self) -> str:
        return self.name
