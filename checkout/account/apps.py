"""Mount the accounts."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountConfig(AppConfig):
    """Users who are known by their e-mail address."""

    name = "checkout.account"
    label = "account"
    verbose_name = "People"

    def ready(self) -> None:
        """Keep the roles of staff up to date with the permissions there are."""
        from checkout.account import roles  # noqa: PLC0415  models are not loaded before

        post_migrate.connect(roles.give_after_migrating, dispatch_uid="roles")
