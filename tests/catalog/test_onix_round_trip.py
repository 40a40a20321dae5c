"""What is exported and loaded into an empty shop is the same catalogue."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from bookstore.demo import catalogue as demo
from tests.catalog.onix.catalogues import (
    build,
    catalogue,
    differences,
    exported,
    scratch,
    snapshot,
)
from tests.catalog.onix.messages import load

pytestmark = pytest.mark.django_db


def goes_round(fill):
    """Return what is held and what is written, before and after a round trip."""
    with scratch():
        fill()
        held, message = snapshot(), exported()
    with scratch():
        report = load(message)
        assert report.skipped == []
        return (held, message), (snapshot(), exported())


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(catalogue)
def test_any_catalogue_comes_back_as_it_was(db, plan):
    (held, message), (held_after, message_after) = goes_round(lambda: build(plan))

    assert differences(held, held_after) == []
    assert message_after.decode().splitlines() == message.decode().splitlines()


def test_the_demo_catalogue_comes_back_as_it_was():
    (held, message), (held_after, message_after) = goes_round(demo.load)

    assert differences(held, held_after) == []
    assert message_after == message
    assert len(held) > 60
