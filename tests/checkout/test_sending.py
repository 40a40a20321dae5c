"""What the basket says of the parcel before an address is known."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from shipping.models import Interruption, Zone
from tests.books import make_contributor, make_edition, make_work

pytestmark = pytest.mark.django_db
MAY = datetime(2099, 5, 1, tzinfo=UTC)


@pytest.fixture
def paperback():
    return make_edition(weight_g=680)


@pytest.fixture
def basket(client):
    """The part of the basket page that sums up, with white space evened out."""

    def read(country=""):
        client.cookies["country"] = country
        text = client.get("/basket/").text
        return re.sub(r"\s+", " ", text.split('aria-label="Total"')[1].split("</aside>")[0])

    return read


@pytest.fixture
def suspend():
    def suspend(codes, message="There is war.", ends_at=MAY):
        notice = Interruption.objects.create(
            title="War",
            message=message,
            severity="suspended",
            starts_at=timezone.now() - timedelta(days=1),
            ends_at=ends_at,
        )
        notice.countries.set(codes.split())

    return suspend


def test_a_basket_without_a_country_asks_for_one(reader, paperback, basket):
    reader.take(paperback)

    text = basket()

    assert "Total without shipping" in text
    assert "Where shall the parcel go?" in text
    assert 'name="next" value="/basket/#delivery"' in text


def test_a_basket_with_a_country_knows_the_whole_sum(reader, paperback, basket):
    Zone.objects.filter(name__startswith="European").update(duties="You may pay duty.")
    reader.take(paperback)

    text = basket("DE")

    assert "Shipping to Germany" in text
    assert "8 to 18 days" in text
    assert "<dd>from $19.75</dd>" in text
    assert "Total with shipping</dt>" in text
    assert "$44.70" in text
    assert "You may pay duty." in text


def test_a_heavy_basket_names_its_parcels(reader, basket):
    atlas = make_edition(title="Atlas", weight_g=3000)
    reader.take(atlas, quantity=3)

    text = basket("CA")

    assert "<dd>$102.00</dd>" in text
    assert "It goes in 3 parcels." in text


def test_e_books_alone_ask_for_no_country(reader, basket):
    reader.take(make_edition(type="epub", price="9.99"))

    for country in ["", "DE"]:
        text = basket(country)
        assert "E-books only: nothing to ship." in text
        assert "Where shall the parcel go?" not in text


def test_a_suspension_says_where_what_until_when_and_what_else(
    reader, paperback, basket, suspend
):
    epub = make_edition(paperback.parent, type="epub", price="9.99")
    other = make_edition(title="1905", weight_g=400)
    reader.take(paperback, other, epub)
    suspend("UA")

    text = basket("UA")

    assert "Parcels to Ukraine are suspended." in text
    assert "There is war. Until 1 May 2099." in text
    assert "This is about My Life (Paperback) and 1905 (Paperback)." in text
    assert "E-book (EPUB), $9.99: needs no parcel" in text
    assert "There is no e-book of 1905 to have instead." in text
    assert "Total without shipping" in text


def test_the_e_book_is_taken_instead_with_one_click(client, reader, paperback, basket, suspend):
    epub = make_edition(paperback.parent, type="epub", price="9.99")
    reader.take(paperback)
    suspend("UA")
    text = basket("UA")

    address = re.search(r'action="(/basket/lines/\d+/swap/)"', text)[1]
    page = client.post(address, {"edition": epub.pk}, follow=True)

    assert "My Life (E-book (EPUB)) is in your basket instead." in page.text
    assert "E-books only: nothing to ship." in page.text


def test_the_address_form_begins_with_the_chosen_country(client, reader, paperback):
    reader.take(paperback).give_email()
    client.cookies["country"] = "DE"

    assert '<option value="DE" selected>' in client.get("/checkout/address/").text


@pytest.mark.parametrize("country", ["ZZ", "JP", "x"])
def test_a_country_not_served_does_not_begin_the_address(client, reader, paperback, country):
    Zone.objects.filter(countries=None).delete()  # nothing goes to the rest of the world
    reader.take(paperback).give_email()
    client.cookies["country"] = country

    assert '<option value="US" selected>' in client.get("/checkout/address/").text


def test_an_address_given_before_outweighs_the_choice(client, reader, paperback):
    reader.take(paperback).give_email()
    reader.give_address()
    client.cookies["country"] = "DE"

    assert '<option value="GB" selected>' in client.get("/checkout/address/").text


@pytest.mark.parametrize("lines", [1, 10])
@pytest.mark.parametrize(("country", "most"), [("", 10), ("DE", 13), ("UA", 15)])
def test_the_parcel_costs_the_same_however_full_the_basket(
    reader, basket, suspend, django_assert_max_num_queries, lines, country, most
):
    suspend("UA")
    author = make_contributor()
    works = [make_work(f"Book {number}", author=author) for number in range(lines)]
    reader.take(*[make_edition(work, weight_g=500) for work in works])
    for work in works:
        make_edition(work, type="epub", price="9.99")

    with django_assert_max_num_queries(most):
        basket(country)
