"""Mount the newsletter."""

from django.apps import AppConfig


class NewsletterConfig(AppConfig):
    """Sign-up, consent, topics."""

    name = "newsletter"
