"""Refuse to start on settings that would lose money, mail or secrets."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
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
    yield from _problems_of_folders(settings)
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


def _problems_of_folders(settings: Mapping[str, Any]) -> Iterator[str]:
    """Look for a place of e-books that cannot be written, or that the web server gives out."""
    place = Path(settings["EDITION_FILES"]).absolute()
    there = next(folder for folder in (place, *place.parents) if folder.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        yield f"DATA_DIR cannot be written: the files of e-books are to lie in {place}."
    for name in ("MEDIA_ROOT", "STATIC_ROOT"):
        if settings[name] and place.is_relative_to(Path(settings[name]).absolute()):
            yield f"{name} holds DATA_DIR: anybody could download the files of e-books."
