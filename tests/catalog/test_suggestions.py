"""What the search field suggests while a reader types."""

import re

import pytest

from catalog import search
from catalog.models import Category, Contribution, Series
from tests.books import make_contributor, make_edition, make_work

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    leon = make_contributor("Léon Trotsky")
    series = Series.objects.create(name="Library of Revolutions")
    works = [
        make_work(title, author=leon, series=series) for title in ("My Life", "Life's End")
    ]
    subject = Category.objects.add_root({"name": "Revolution", "slug": "revolution"})
    for work in works:
        work.categories.add(subject)
        make_edition(work)
    search.index_works(work_ids=[work.pk for work in works])
    return {"works": works, "leon": leon, "subject": subject}


def suggested(client, text):
    html = client.get("/search/suggest/", {"q": text}).text
    return re.findall(r'role="option"[^>]*data-url="([^"]*)">([^<]*)', html)


@pytest.mark.parametrize("text", ["tro", "leon tr", "LÉON", "trotsky l"])
def test_a_person_is_suggested_by_the_beginning_of_any_name(client, shop, text):
    assert (shop["leon"].get_absolute_url(), "Léon Trotsky ") in suggested(client, text)


def test_a_title_that_begins_like_this_comes_first(client, shop):
    names = [name.strip() for _, name in suggested(client, "life")]

    assert names == ["Life&#x27;s End", "My Life"]


def test_series_and_subjects_are_suggested(client, shop):
    names = [name.strip() for _, name in suggested(client, "revol")]

    assert names == ["Library of Revolutions", "Revolution"]


def test_an_isbn_leads_to_its_edition_at_once(client, shop):
    edition = shop["works"][0].children.get()

    assert suggested(client, edition.isbn) == [(edition.get_absolute_url(), "My Life ")]


def test_a_misspelt_name_is_still_suggested(client, shop):
    assert [url for url, _ in suggested(client, "trotzky")] == [shop["leon"].get_absolute_url()]


@pytest.mark.parametrize("text", ["", "l", " ", "&", "xyzzyq"])
def test_where_nothing_can_be_meant_nothing_is_suggested(client, shop, text):
    assert suggested(client, text) == []


def test_who_has_no_book_on_sale_is_not_suggested(client, shop):
    for work in shop["works"]:
        work.is_public = False
        work.save()
    search.index_works(work_ids=[work.pk for work in shop["works"]])

    assert suggested(client, "trotsky") == []
    assert suggested(client, "life") == []


def test_one_who_loses_a_book_is_counted_anew(client, shop):
    Contribution.objects.filter(work=shop["works"][0]).delete()
    search.index_works(work_ids=[shop["works"][0].pk])

    assert "1 book<" in client.get("/search/suggest/?q=trotsky").text


def test_suggestions_may_be_kept_by_caches_and_cost_few_queries(
    client, shop, django_assert_max_num_queries
):
    with django_assert_max_num_queries(3):
        response = client.get("/search/suggest/?q=life")

    assert response["Cache-Control"] == "public, max-age=300"
    assert not response.cookies
