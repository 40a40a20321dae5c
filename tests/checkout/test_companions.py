"""The books beside a book, for whoever looks at its page."""

import pytest
from django.test import Client
from oscar.core.loading import get_model

from bookstore.demo import shipping
from catalog.models import WorkPair
from checkout import payments
from tests.books import make_edition
from tests.checkout.reader import OWN

pytestmark = pytest.mark.django_db

ProductRecommendation = get_model("catalogue", "ProductRecommendation")


@pytest.fixture
def my_life(db):
    return make_edition(title="My Life", price="10.00")


@pytest.fixture
def beside(my_life):
    """Put a book beside My Life: as staff's pick, or because so many readers bought both."""

    def beside(title, *, readers=None, **fields):
        edition = make_edition(title=title, **fields)
        if readers:
            WorkPair.objects.create(work=my_life.parent, other=edition.parent, readers=readers)
        else:
            ProductRecommendation.objects.create(
                primary=my_life.parent, recommendation=edition.parent
            )
        return edition

    return beside


@pytest.fixture
def shown(client, my_life):
    """Return title, form and reason of the others beside a book."""

    def shown(edition=my_life):
        together = client.get(edition.get_absolute_url()).context.get("together")
        books = together.books[1:] if together else []
        return [
            (book.work.title, book.offer.edition.publication_type, book.reason)
            for book in books
        ]

    return shown


def test_picks_come_first_then_what_most_readers_bought(beside, shown):
    beside("Stalin", readers=12)
    beside("1905", readers=30)
    beside("Lenin")

    assert shown() == [
        ("Lenin", "paperback", "Our recommendation"),
        ("1905", "paperback", "30 readers bought both"),
        ("Stalin", "paperback", "12 readers bought both"),
    ]


def test_the_reason_is_told(client, my_life, beside):
    beside("1905", readers=12)

    assert "12 readers bought both" in client.get(my_life.get_absolute_url()).text


@pytest.mark.parametrize(
    "reason",
    [{"copies": 0}, {"status": "withdrawn"}, {"price": None}, {"is_public": False}],
)
def test_what_cannot_be_bought_makes_room_for_the_next(beside, shown, reason):
    beside("Gone", readers=99, **reason)
    beside("1905", readers=5)

    assert [title for title, *_ in shown()] == ["1905"]


def test_at_most_three_stand_beside_it(beside, shown):
    for number in range(5):
        beside(f"Book {number}", readers=9 - number)

    assert [title for title, *_ in shown()] == ["Book 0", "Book 1", "Book 2"]


def test_a_book_is_offered_in_the_form_looked_at(beside, shown, my_life):
    epub = make_edition(my_life.parent, type="epub", price="5.00")
    other = beside("1905")
    make_edition(other.parent, type="epub", price="6.00")
    beside("Stalin")

    assert shown() == [
        ("1905", "paperback", "Our recommendation"),
        ("Stalin", "paperback", "Our recommendation"),
    ]
    assert shown(epub) == [
        ("1905", "epub", "Our recommendation"),
        ("Stalin", "paperback", "Our recommendation"),
    ]


def test_what_is_in_the_basket_is_not_shown_again(client, beside, shown):
    first, _ = beside("1905"), beside("Stalin")

    client.post("/basket/add/", {"edition": first.pk, "quantity": 1}, headers=OWN)

    assert [title for title, *_ in shown()] == ["Stalin"]


def test_what_the_reader_bought_is_not_shown_again(
    client, beside, shown, place, begin, pay, now, django_user_model
):
    first, _ = beside("1905"), beside("Stalin")
    ada = django_user_model.objects.create_user("ada@example.com")
    attempt = begin(place(first, user=ada))
    pay(attempt)
    client.force_login(ada)
    assert [title for title, *_ in shown()] == ["1905", "Stalin"]

    payments.sync(attempt=attempt, now=now)

    assert [title for title, *_ in shown()] == ["Stalin"]


def test_where_parcels_are_suspended_downloads_are_offered(
    client, beside, shown, my_life, interrupt
):
    shipping.load()
    epub = make_edition(my_life.parent, type="epub", price="5.00")
    other = beside("1905")
    make_edition(other.parent, type="epub", price="6.00")
    beside("Stalin")
    interrupt("suspended", "GB")
    client.cookies["country"] = "GB"

    assert shown() == []
    assert shown(epub) == [("1905", "epub", "Our recommendation")]

    client.cookies["country"] = "FR"
    assert [title for title, *_ in shown()] == ["1905", "Stalin"]


def test_what_cannot_be_added_is_named_and_the_rest_is_added(client, beside, my_life):
    first, second = beside("1905"), beside("Stalin", copies=1)
    second.stockrecords.update(num_allocated=1)

    page = client.post(
        "/basket/add/",
        {"edition": [my_life.pk, first.pk, second.pk], "quantity": 1},
        headers=OWN,
        follow=True,
    )

    assert "Stalin: " in page.text
    assert "2 books were put in your basket." in page.text
    assert [line.edition for line in page.context["basket"].lines] == [my_life, first]


@pytest.mark.parametrize("others", [1, 11])
def test_who_has_basket_account_and_country_costs_the_same_however_many_stand_beside(
    beside, my_life, others, django_user_model, django_assert_max_num_queries
):
    shipping.load()
    for number in range(others):
        beside(f"Book {number}", readers=number + 3)
    client = Client()
    client.force_login(django_user_model.objects.create_user("ada@example.com"))
    client.cookies["country"] = "GB"
    client.post("/basket/add/", {"edition": my_life.pk, "quantity": 1}, headers=OWN)
    client.get("/")

    with django_assert_max_num_queries(30):
        client.get(my_life.get_absolute_url())
