"""Refuse to start on settings that would lose money, mail or secrets."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import ImproperlyConfigured

REQUIRED = [
    "SECRET_KEY",
    "DATABASE_URL",
    "SITE_URL",
    "ALLOWED_HOSTS",
    "EMAIL_URL",
    "DEFAULT_FROM_EMAIL",
    "SHOP_EMAIL",
    "SHOP_ADDRESS",
    "STRIPE_SECRET_KEY",
    "STRIPE_WEBHOOK_SECRETS",
    "STATIC_ROOT",
]
ENVIRONMENT_NAMES = {"STRIPE_WEBHOOK_SECRETS": "STRIPE_WEBHOOK_SECRET"}
SHORTEST_SECRET_KEY = 50


def refuse_unsafe_settings(settings: Mapping[str, Any]) -> None:
    """Check the finished settings and stop at the first start, not the first sale.

    :raises ImproperlyConfigured: naming every missing or unsafe value at once.
    """
    problems = list(_problems(settings))
    if problems:
        message = "The shop cannot start:\n" + "\n".join(f"- {line}" for line in problems)
        raise ImproperlyConfigured(message)


def _problems(settings: Mapping[str, Any]) -> Iterator[str]:
    if settings["STRIPE_API_BASE"]:
        if not (settings["DEMO"] or settings["DEBUG"]):
            yield "STRIPE_API_BASE is set: payments would go to a stand-in. Remove it."
        if "_live_" in settings["STRIPE_SECRET_KEY"]:
            yield "STRIPE_SECRET_KEY is a live key while STRIPE_API_BASE is set."
    if settings["DEMO"]:
        return
    for name in REQUIRED:
        if not settings[name]:
            yield f"{ENVIRONMENT_NAMES.get(name, name)} is missing."
    if settings["DEBUG"]:
        yield "DEBUG is on: error pages would show secrets to readers. Use DEMO=1 to try."
    if 0 < len(settings["SECRET_KEY"]) < SHORTEST_SECRET_KEY:
        yield f"SECRET_KEY is shorter than {SHORTEST_SECRET_KEY} characters."
    if settings["SITE_URL"] and not settings["SITE_URL"].startswith("https://"):
        yield "SITE_URL must begin with https://."
    if "*" in settings["ALLOWED_HOSTS"]:
        yield "ALLOWED_HOSTS must name the shop's hosts; * lets anybody forge links in mails."
