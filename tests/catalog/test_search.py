"""Finding a book by what a reader remembers."""

import pytest

from catalog import search
from catalog.models import SearchEntry, SearchWord
from tests.books import make_edition, make_work
from tests.finding import found

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    books = {
        "My Life": "Leon Trotsky",
        "What Is to Be Done?": "V. I. Lenin",
        "Reform or Revolution": "Rosa Luxemburg",
        "Kapital und Börse": "José Ortega",
    }
    works = {title: make_work(title, author=author) for title, author in books.items()}
    works["My Life"].subtitle = "An Attempt at an Autobiography"
    works["Reform or Revolution"].description = "<p>Against Bernstein. Trotsky read it.</p>"
    for work in works.values():
        work.save()
        make_edition(work)
    search.index_works(work_ids=[work.pk for work in works.values()])
    return works


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("my life", "My Life"),
        ("autobiographies", "My Life"),
        ("what is to be done", "What Is to Be Done?"),
        ("luxemburg", "Reform or Revolution"),
        ("LENIN", "What Is to Be Done?"),
        ("borse", "Kapital und Börse"),
        ("jose ortega", "Kapital und Börse"),
        ('"reform or revolution"', "Reform or Revolution"),
    ],
)
def test_titles_and_people_are_found(shop, query, first):
    assert found(query)[:1] == [first]


def test_a_name_weighs_more_than_a_mention(shop):
    assert found("trotsky") == ["My Life", "Reform or Revolution"]


def test_a_word_can_be_left_out(shop):
    assert found("trotsky -bernstein") == ["My Life"]


@pytest.mark.parametrize("write", [str, lambda isbn: f"{isbn[:3]}-{isbn[3:12]}-{isbn[12:]}"])
def test_an_isbn_opens_its_edition(client, shop, write):
    edition = shop["My Life"].children.get()

    response = client.get("/search/", {"q": write(edition.upc)})

    assert response.status_code == 302
    assert response.url == edition.get_absolute_url()


def test_an_isbn_of_ten_digits_opens_its_edition(client):
    edition = make_edition()
    edition.upc = "9780306406157"
    edition.save()

    assert client.get("/search/", {"q": "0-306-40615-2"}).url == edition.get_absolute_url()


@pytest.mark.parametrize("label", ["ISBN ", "ISBN: ", "isbn-10 ", "ISBN-10: "])
def test_an_isbn_is_found_with_the_word_before_it(client, label):
    edition = make_edition()
    edition.upc = "9780306406157"
    edition.save()

    page = client.get("/search/", {"q": f"{label}0-306-40615-2"})

    assert page.url == edition.get_absolute_url()


@pytest.mark.parametrize(
    ("isbn", "said"),
    [
        ("978-0-306-40615-8", "its digits do not fit together"),
        ("0-306-40615-3", "its digits do not fit together"),
        ("978-0-306-40615-7", "We have no book with this ISBN"),
        ("revolution 1905", ""),
    ],
)
def test_an_isbn_that_no_book_has_is_told_why(client, shop, isbn, said):
    page = client.get("/search/", {"q": isbn}).text

    assert said in page
    assert ("ISBN" in page.partition("<main")[2]) == bool(said)


def test_where_nothing_has_the_words_they_are_put_right_and_it_is_said(client, shop):
    page = client.get("/search/", {"q": "autobiografy"}).text

    assert "No book has the words “autobiografy”" in page
    assert "These are the books for “autobiography”" in page
    assert shop["My Life"].get_absolute_url() in page


def test_words_that_cannot_be_put_right_find_nothing(client, shop):
    page = client.get("/search/", {"q": "xyzzyq"}).text

    assert "0 books" in page
    assert "These are the books for" not in page


def test_a_misspelt_name_is_put_right(client, shop):
    html = client.get("/search/", {"q": "Trotzky"}).text

    assert "These are the books for “trotsky”" in html
    assert shop["My Life"].get_absolute_url() in html


def test_of_words_that_find_something_another_reading_is_offered(client, shop):
    make_edition(make_work("Trotzky, a Novel"))
    search.index_all()
    SearchWord.objects.filter(word="trotzky").delete()

    html = client.get("/search/", {"q": "Trotzky"}).text

    assert "Trotzky</mark>, a Novel" in html
    assert "Did you mean" in html
    assert ">trotsky</a>" in html


STRANGE = ["", " ", "'", '"', "%", "\\", "-", "-life", ":*", "((((", "!!", "&|!<->", "9" * 30]
STRANGE += ["\x00", "\x00\x01 life", "\u202etrotsky", "a" * 10_000, "'; DROP TABLE x; --"]


@pytest.mark.parametrize("query", STRANGE)
def test_no_query_is_an_error(client, shop, query):
    assert client.get("/search/", {"q": query}).status_code == 200


def test_what_is_typed_is_shown_as_text(client):
    assert "<b>bold" not in client.get("/search/", {"q": "<b>bold"}).text


def test_what_is_withdrawn_from_view_is_not_found(shop):
    shop["My Life"].is_public = False
    shop["My Life"].save()

    assert found("my life") == []


def test_the_whole_index_can_be_written_anew(shop):
    SearchEntry.objects.all().delete()

    assert search.index_all() == len(shop)
    assert found("my life") == ["My Life"]


def test_a_changed_title_is_found_after_indexing(shop):
    work = shop["My Life"]
    work.title = "Mein Leben"
    work.save()
    search.index_works(work_ids=[work.pk])

    assert found("leben") == ["Mein Leben"]
    assert found("my life") == []
