"""Titles, names, numbers and texts of books."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from catalog import html
from catalog.isbn import clean_isbn, show_isbn
from catalog.models import Contributor, Product
from catalog.titles import byline, join_names, sort_title
from tests.books import make_edition, make_work


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("978-0-306-40615-7", "9780306406157"),
        ("0-306-40615-2", "9780306406157"),
        ("0 306 40615 2", "9780306406157"),
        ("9799830000113", "9799830000113"),
    ],
)
def test_an_isbn_is_stored_as_thirteen_digits(written, stored):
    assert clean_isbn(written) == stored


@pytest.mark.parametrize("written", ["", "978-0-306-40615-8", "0-306-40615-3", "My Life", "12"])
def test_a_wrong_isbn_is_refused(written):
    with pytest.raises(ValidationError, match="not a valid ISBN"):
        clean_isbn(written)


def test_an_isbn_is_shown_with_hyphens():
    assert show_isbn("9780306406157") == "978-0-306-40615-7"
    assert show_isbn("9799830000113") == "979-983000011-3"


@pytest.mark.parametrize(
    ("title", "filed"),
    [("The State", "State"), ("A Life", "Life"), ("An Essay", "Essay"), ("Theory", "Theory")],
)
def test_an_article_does_not_count_in_sorting(title, filed):
    assert sort_title(title) == filed


@pytest.mark.parametrize(
    ("names", "joined"),
    [
        ([], ""),
        (["A"], "A"),
        (["A", "B"], "A and B"),
        (["A", "B", "C"], "A, B and C"),
        (["A", "B", "C", "D"], "A, B and others"),
    ],
)
def test_names_are_joined_as_in_a_sentence(names, joined):
    assert join_names(names) == joined


def test_a_byline_tells_who_did_what():
    parts = [("Leon Trotsky", "A01"), ("Max Eastman", "B06"), ("A Photographer", "A13")]

    assert byline(parts) == "Leon Trotsky, translated by Max Eastman"


def test_a_byline_names_everybody_once():
    parts = [
        ("James Joyce", "A01"),
        ("James Joyce", "A12"),
        ("Louise Maude", "B06"),
        ("Louise Maude", "A24"),
    ]
    assert byline(parts) == "James Joyce, translated by Louise Maude"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("<p>A <em>fine</em> book.</p>", "<p>A <em>fine</em> book.</p>"),
        ("<script>alert(1)</script><p>Text</p>", "<p>Text</p>"),
        ('<p onclick="x()" style="color:red">Text</p>', "<p>Text</p>"),
        ('<p><a href="javascript:x()">Go</a></p>', '<p><a rel="noopener">Go</a></p>'),
        ("One.\n\nTwo.", "<p>One.</p>\n\n<p>Two.</p>"),
        ("  ", ""),
    ],
)
def test_only_harmless_html_is_kept(given, kept):
    assert html.clean(given) == kept


def test_texts_are_cleaned_when_a_book_is_saved(db):
    work = make_work(description="<p>Good</p><iframe src='//x'></iframe>")

    assert work.description == "<p>Good</p>"


@pytest.mark.parametrize(
    ("born", "died", "years"),
    [
        (1879, 1940, "1879\N{EN DASH}1940"),
        (1951, None, "born 1951"),
        (None, 1919, "died 1919"),
        (None, None, ""),
    ],
)
def test_the_years_of_a_life(born, died, years):
    assert Contributor(born=born, died=died).years == years


@pytest.mark.django_db
@pytest.mark.parametrize(
    "broken",
    [
        {"upc": "123"},
        {"publication_type": ""},
        {"title": ""},
        {"parent": None},
    ],
    ids=["isbn of three digits", "no type", "no title", "no work"],
)
def test_the_database_refuses_an_edition_that_makes_no_sense(broken):
    edition = make_edition()

    with pytest.raises(IntegrityError), transaction.atomic():
        Product.objects.filter(pk=edition.pk).update(**broken)


@pytest.mark.django_db
def test_two_works_cannot_share_an_address():
    work = make_work()

    with pytest.raises(IntegrityError), transaction.atomic():
        Product.objects.create(structure="parent", title="Other", slug=work.slug)
