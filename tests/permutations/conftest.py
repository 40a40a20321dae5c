"""One small shop for each process of tests, with a clock that both it and Stripe read."""

import logging
from contextlib import contextmanager

import pytest
import time_machine
from django.utils import timezone

from bookstore.demo.stripe import StandIn
from tests.permutations import points
from tests.permutations.world import KEY, SECRET, World, record_mails


@pytest.fixture
def world(transactional_db, settings, monkeypatch, tmp_path):
    settings.SITE_URL = "http://testserver"
    settings.STRIPE_SECRET_KEY = KEY
    settings.STRIPE_WEBHOOK_SECRETS = [SECRET]
    points.install(monkeypatch)
    stand_in = StandIn(secret_key=KEY, webhook_secret=SECRET)
    # Events are carried by the steps.
    stand_in.store.after_commit = lambda: None
    with time_machine.travel(timezone.now(), tick=True) as clock, stand_in.serving():
        settings.STRIPE_API_BASE = stand_in.base_url
        world = World(stand_in, clock)
        record_mails(world, monkeypatch)
        with listening(world.log):
            yield world
        world.close()


@contextmanager
def listening(handler):
    """Hand what the shop logs to the handler alone: thousands of faults are not news."""
    loggers = [logging.getLogger(name) for name in ("checkout", "django_tasks")]
    for logger in loggers:
        logger.addHandler(handler)
        logger.propagate = False
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeHandler(handler)
            logger.propagate = True
