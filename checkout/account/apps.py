"""Mount the accounts."""

from django.apps import AppConfig


class AccountConfig(AppConfig):
    """Users who are known by their e-mail address."""

    name = "checkout.account"
    label = "account"
    verbose_name = "People"
