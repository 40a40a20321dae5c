"""Mount the newsletter."""

from django.apps import AppConfig


class NewsletterConfig(AppConfig):
    """Sign-up, consent, topics; followers of authors."""

    name = "newsletter"

    def ready(self) -> None:
        """Let followers go along when two contributors are merged."""
        from catalog import merging  # noqa: PLC0415  models cannot be imported earlier
        from catalog.models import Contributor  # noqa: PLC0415
        from newsletter import follows  # noqa: PLC0415

        merging.FIRST.setdefault(Contributor, []).append(follows.move)
