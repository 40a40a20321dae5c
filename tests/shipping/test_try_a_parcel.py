"""The page on which staff try how a parcel would go."""

from decimal import Decimal

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.books import make_edition
from tests.shipping.conftest import make_method

pytestmark = pytest.mark.django_db


@pytest.fixture
def islands(make_zone):
    zone = make_zone("Islands", "GB IE", prices={500: "9.00", 1000: "12.00"}, method="Air")
    zone.duties = "You may have to pay duty."
    zone.save()
    return zone


@pytest.fixture
def attempt(admin_client):
    def attempt(**fields):
        return admin_client.get(reverse("admin:shipping_try"), fields)

    return attempt


def offered(response):
    return [
        (o.quote.method_name, o.quote.price, o.quote.max_days, o.quote.parcels)
        for o in response.context["decision"].offers
    ]


def errors(response):
    return response.context["form"].errors


def test_the_page_opens_empty_without_an_error(attempt):
    page = attempt()

    assert page.status_code == 200
    assert not errors(page)
    assert "decision" not in page.context


def test_editions_are_chosen_by_isbn_or_title_with_quantities(attempt, islands):
    life = make_edition(title="My Life", weight_g=600, price="20.00")
    make_edition(title="Letters", weight_g=400, price="10.00")

    tried = attempt(country="GB", book_1=life.isbn, copies_1="2", book_2="letters")

    assert tried.context["decision"].load.copies == (600, 600, 400)
    assert tried.context["decision"].load.value == Decimal("50.00")
    assert offered(tried) == [("Air", Decimal("24.00"), 6, 2)]
    assert "1,600 g worth $50.00 to United Kingdom" in tried.text


def test_plain_weights_are_tried_without_a_book(attempt, islands):
    make_method(islands, "Sea", {5000: "5.00"})
    islands.methods.filter(name="Air").update(free_from=Decimal(40))

    tried = attempt(country="gb".upper(), grams="680, 680 100", value="40")

    assert tried.context["decision"].load.copies == (680, 680, 100)
    assert offered(tried)[0] == ("Air", Decimal(0), 6, 2)


def test_all_that_the_rules_say_is_on_the_page(attempt, islands, interrupt):
    sea = make_method(islands, "Sea", {5000: "5.00"})
    make_method(islands, "Small", {100: "1.00"})
    closed = make_method(islands, "Drone", {5000: "3.00"})
    closed.excluded.set(["GB"])
    stop = interrupt("The port is closed.", "GB", severity="suspended", postcodes=["BT"])
    stop.methods.set([sea])
    interrupt("Expect delays.", "GB", severity="delay", delay_days=4)

    page = attempt(country="GB", postcode="bt1 1aa", grams="680").text

    for said in [
        "Air",
        "$12.00",
        "3-10",
        "You may have to pay duty.",
        "Not offered: The port is closed. (Strike, until further notice)",
        "Not offered: it takes no book of more than 100 g",
        "Not offered: it does not go to this country",
        "Expect delays.",
    ]:
        assert said in page


def test_a_place_where_nothing_goes_says_why(attempt, islands):
    assert (
        "No carrier of ours takes parcels to Japan yet."
        in attempt(country="JP", grams="1").text
    )


def test_a_weight_that_is_guessed_is_marked(attempt, islands):
    make_edition(title="Unweighed")

    assert (
        "500 g (guessed: nobody has entered its weight)"
        in attempt(country="GB", book_1="unweighed").text
    )


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"grams": "680"}, {"country": ["This field is required."]}),
        ({"country": "GB"}, {"grams": ["Choose a book or give a weight."]}),
        (
            {"country": "GB", "grams": "heavy"},
            {"grams": ["heavy is no weight in whole grams."]},
        ),
        ({"country": "GB", "grams": "0"}, {"grams": ["0 is no weight in whole grams."]}),
        (
            {"country": "GB", "book_2": "Nothing"},
            {"book_2": ["No printed edition has this ISBN or title."]},
        ),
        (
            {"country": "GB", "book_1": "A file"},
            {"book_1": ["No printed edition has this ISBN or title."]},
        ),
        (
            {"country": "GB", "book_1": "My Life", "copies_1": "501"},
            {"copies_1": ["Ensure this value is less than or equal to 500."]},
        ),
    ],
)
def test_what_cannot_be_tried_is_refused_beside_the_field(attempt, islands, fields, wrong):
    make_edition(title="My Life")
    make_edition(title="A file", type="epub")

    assert errors(attempt(**fields)) == wrong


def test_words_that_mean_several_books_name_them(attempt, islands):
    one = make_edition(title="My Life")
    other = make_edition(title="My Life Before")

    refused = attempt(country="GB", book_1="life")

    assert errors(refused)["book_1"] == [
        f"Several are meant, so give the ISBN: My Life (Paperback) {one.upc}, "
        f"My Life Before (Paperback) {other.upc}."
    ]
    assert offered(attempt(country="GB", book_1="my life"))


def test_trying_costs_the_same_however_many_methods(attempt, islands, interrupt):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert attempt(country="GB", grams="680").status_code == 200
        return len(queries)

    interrupt(codes="GB")
    cost_of_one = cost()
    for number in range(1, 20):
        make_method(islands, f"Way {number}", {1000: "9.00"})
        interrupt(codes="GB")

    assert cost() == cost_of_one


def test_staff_who_may_only_look_may_try(client, islands):
    user = get_user_model().objects.create_user("staff@example.org", "a long sentence")
    user.is_staff = True
    user.save()
    user.user_permissions.set(Permission.objects.filter(codename="view_method"))
    client.force_login(user)

    page = client.get(reverse("admin:shipping_try"), {"country": "GB", "grams": "680"})

    assert page.status_code == 200
    assert "$12.00" in page.text
