"""What is exported and loaded into an empty shop is the same catalogue."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from bookstore.demo import catalogue as demo
from catalog.models import Contribution
from catalog.onix.export.elements import words
from tests.books import make_contributor, make_edition, make_work
from tests.catalog.onix.catalogues import (
    anything,
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


@pytest.mark.parametrize(
    ("title", "sorted_by"),
    [
        ("The Iron Heel", "Iron Heel"),
        ("The Iron Heel", "The Iron Heel"),
        ("L\N{RIGHT SINGLE QUOTATION MARK}Assommoir", "Assommoir"),
        ("L'Assommoir", "Assommoir"),
        ("Die Räuber", "Räuber"),
        ("1984", "Nineteen Eighty-Four"),
        ("A", "A"),
        ("Thebes", "bes"),
    ],
)
def test_a_title_comes_back_sorted_as_it_was(title, sorted_by):
    (held, message), (held_after, message_after) = goes_round(
        lambda: make_edition(make_work(title, sort_title=sorted_by))
    )

    assert (held[0]["title"], held[0]["sort_title"]) == (title, sorted_by)
    assert held_after == held
    assert message_after == message


def test_what_a_person_did_in_between_keeps_its_place():
    def fill():
        work = make_work()
        author, editor = make_contributor("Rosa Luxemburg"), make_contributor("Zoë Park")
        parts = [(author, "A01"), (editor, "B01"), (author, "A24"), (author, "A20")]
        for position, (person, role) in enumerate(parts):
            Contribution.objects.create(
                work=work, contributor=person, role=role, position=position
            )
        make_edition(work)

    (held, message), (held_after, _) = goes_round(fill)

    assert held_after == held
    assert message.count(b"<Contributor>") == 3


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(anything, anything, anything.filter(words))
def test_odd_characters_are_gone_after_the_first_export_and_no_later(db, text, name, title):
    def fill():
        person = make_contributor(name, biography=text)
        work = make_work(title, author=person, subtitle=text, description=text, pull_quote=text)
        make_edition(work)

    (_, message), (_, message_after) = goes_round(fill)

    assert message_after.decode().splitlines() == message.decode().splitlines()


def test_the_demo_catalogue_comes_back_as_it_was():
    (held, message), (held_after, message_after) = goes_round(demo.load)

    assert differences(held, held_after) == []
    assert message_after == message
    assert len(held) > 60
