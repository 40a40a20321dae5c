"""A book is found nowhere before its moment, and everywhere from then on; nobody saves it."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from catalog import search
from catalog.models import Category, Imprint, Series
from catalog.search import words
from tests.books import make_contributor, make_edition, make_work

pytestmark = pytest.mark.django_db
MOMENT = datetime(2027, 3, 1, 9, tzinfo=UTC)
PAGES = [
    "/books/",
    "/books/?sort=title",
    "/search/?q=secret",
    "/search/?q=secret&sort=price",
    "/search/?author=rosa",
    "/search/?type=paperback",
    "/search/suggest/?q=secr",
    "/subjects/revolution/",
    "/authors/rosa/",
    "/series/pamphlets/",
    "/imprints/meridian/",
]
NAMES = {
    "/search/suggest/?q=rosa": "Rosa Secretive",
    "/search/suggest/?q=pamphl": "Pamphlets",
    "/search/suggest/?q=revol": "Revolution",
    "/authors/": "Rosa Secretive",
    "/subjects/": "Revolution",
    "/series/": "Pamphlets",
    "/imprints/": "Meridian Editions",
    "/": "Revolution",
}


@pytest.fixture(params=["the work", "its only edition"])
def secret(request):
    later = {"announced_at": MOMENT}
    of_work, of_edition = (later, {}) if request.param == "the work" else ({}, later)
    rosa = make_contributor("Rosa Secretive")
    rosa.slug = "rosa"
    rosa.save()
    series = Series.objects.create(name="Pamphlets")
    work = make_work("The Secret Plan", author=rosa, series=series, **of_work)
    work.categories.add(Category.objects.add_root({"name": "Revolution", "slug": "revolution"}))
    imprint = Imprint.objects.create(name="Meridian Editions", slug="meridian")
    make_edition(work, imprint=imprint, published_on="2020-01-01", **of_edition)
    search.index_works(work_ids=[work.pk])
    return work


@pytest.mark.parametrize("path", PAGES)
def test_no_page_shows_a_book_before_its_moment_and_each_does_from_then_on(
    client, secret, path
):
    with time_machine.travel(MOMENT - timedelta(seconds=1), tick=False):
        before = client.get(path).text
    with time_machine.travel(MOMENT, tick=False):
        after = client.get(path).text

    assert ("Secret Plan" in before, "Plan" in after) == (False, True)


@pytest.mark.parametrize("path", NAMES)
def test_what_has_only_such_books_is_listed_from_then_on(client, secret, path):
    with time_machine.travel(MOMENT - timedelta(seconds=1), tick=False):
        before = client.get(path).text
    with time_machine.travel(MOMENT, tick=False):
        after = client.get(path).text

    assert (NAMES[path] in before, NAMES[path] in after) == (False, True)


def test_numbers_count_it_from_then_on(client, secret):
    known = make_work("Known", author=secret.contributions.get().contributor)
    make_edition(known)
    search.index_works(work_ids=[known.pk])

    with time_machine.travel(MOMENT - timedelta(seconds=1), tick=False):
        before = client.get("/search/suggest/?q=rosa").text
    with time_machine.travel(MOMENT, tick=False):
        after = client.get("/search/suggest/?q=rosa").text

    assert ("1 book<" in before, "2 books<" in after) == (True, True)


def test_its_words_put_no_misspelt_one_right_before(secret):
    with time_machine.travel(MOMENT - timedelta(seconds=1), tick=False):
        before = words.did_you_mean("secretiv")
    with time_machine.travel(MOMENT, tick=False):
        after = words.did_you_mean("secretiv")

    assert (before, after) == ("", "secretive")


def test_a_work_is_shown_with_its_first_edition(client, secret):
    make_edition(secret, type="epub", announced_at=MOMENT + timedelta(days=1))
    search.index_works(work_ids=[secret.pk])

    with time_machine.travel(MOMENT, tick=False):
        html = client.get("/search/?q=secret").text
        of_later = client.get("/search/?q=secret&type=epub").text

    assert "1 book" in html
    assert "No book" in of_later or "0 books" in of_later
