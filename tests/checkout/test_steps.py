"""The way from the basket to Stripe's page."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from oscar.core.loading import get_model

from tests.books import make_edition
from tests.checkout.reader import OWN

pytestmark = pytest.mark.django_db

Order = get_model("order", "Order")


@pytest.fixture
def paperback():
    return make_edition(title="My Life", copies=2, weight_g=680)


@pytest.fixture
def epub(paperback):
    return make_edition(paperback.parent, type="epub", price="9.99")


def test_an_empty_basket_cannot_be_ordered(client):
    for step in ["", "address/", "shipping/", "review/"]:
        assert client.get(f"/checkout/{step}").url == "/basket/"


@pytest.mark.parametrize(
    "email", ["", "nobody", "a@b", "a b@example.org", "x" * 300 + "@e.org"]
)
def test_an_address_that_is_none_is_named_and_kept(reader, paperback, email):
    page = reader.take(paperback).give_email(email)

    assert page.status_code == 422
    assert "Please give an e-mail address" in page.text
    assert f'value="{email}"' in page.text or not email


def test_no_step_can_be_skipped(reader, paperback):
    client = reader.take(paperback).client

    assert client.get("/checkout/address/").url == "/checkout/"
    reader.give_email()
    assert client.get("/checkout/shipping/").url == "/checkout/address/"
    assert client.get("/checkout/review/").url == "/checkout/address/"
    reader.give_address()
    assert client.get("/checkout/review/").url == "/checkout/shipping/"


def test_the_way_back_is_open_and_nothing_is_forgotten(reader, paperback):
    reader.take(paperback).review()

    assert 'value="ada@example.org"' in reader.client.get("/checkout/").text
    page = reader.client.get("/checkout/address/").text
    assert 'value="1 Library Lane"' in page
    assert '<option value="GB" selected>' in page


@pytest.mark.parametrize(
    ("country", "labels"),
    [
        ("US", ["City", "State", "ZIP code"]),
        ("GB", ["Town", "Postcode"]),
        ("IE", ["Eircode", "County"]),
        ("JP", ["Prefecture"]),
        ("CA", ["Province"]),
    ],
)
def test_the_country_decides_what_the_parts_are_called(reader, paperback, country, labels):
    reader.take(paperback).give_email()

    page = reader.client.get("/checkout/address/", {"country": country}).text

    for label in labels:
        assert f">{label}" in page


def test_changing_the_country_keeps_what_was_typed(reader, paperback):
    reader.take(paperback).give_email()

    page = reader.give_address(country="US", action="country")

    assert page.status_code == 200
    assert 'value="1 Library Lane"' in page.text
    assert "ZIP code" in page.text


@pytest.mark.parametrize(
    ("changes", "field", "told"),
    [
        ({"name": ""}, "name", "Please give the name for the parcel."),
        ({"line1": ""}, "line1", "Please give the street and number."),
        ({"line4": ""}, "line4", "Please give the town."),
        ({"postcode": "12345"}, "postcode", "This does not look right for United Kingdom."),
        ({"country": "US", "postcode": "02108"}, "state", "Please give the state."),
        ({"country": "XX"}, "country", "Select a valid choice"),
    ],
)
def test_what_is_wrong_with_an_address_stands_beside_its_field(
    reader, paperback, changes, field, told
):
    reader.take(paperback).give_email()

    page = reader.give_address(**changes)

    assert page.status_code == 422
    assert told in str(page.context["form"].errors[field])
    assert f'id="id_{field}_error"' in page.text
    assert f'href="#id_{field}"' in page.text
    assert 'value="Ada Reader"' in page.text or field == "name"


def test_the_parcel_costs_what_the_table_says(reader, paperback):
    reader.take(paperback, quantity=2).give_email()
    reader.give_address()

    page = reader.client.get("/checkout/shipping/")

    assert page.context["progress"].contents.load.copies == (680, 680)
    for quote in (offer.quote for offer in page.context["progress"].decision.offers):
        assert f"${quote.price}" in page.text


def test_a_method_that_is_not_offered_is_refused(reader, paperback):
    reader.take(paperback).give_email()
    reader.give_address()

    assert reader.choose("teleport").status_code == 422


def test_another_country_forgets_the_method(reader, paperback):
    reader.take(paperback).review()

    reader.give_address(country="US", line4="Boston", state="MA", postcode="02108")

    assert reader.client.get("/checkout/review/").url == "/checkout/shipping/"


def test_a_reader_who_is_signed_in_is_not_asked_for_an_address_to_write_to(reader, paperback):
    user = get_user_model().objects.create_user(email="rosa@example.org", password="x")
    reader.client.force_login(user)

    answer = reader.take(paperback).client.get("/checkout/")

    assert answer.url == "/checkout/address/"


def test_an_order_of_an_account_is_listed_there(reader, paperback, stripe):
    user = get_user_model().objects.create_user(email="rosa@example.org", password="x")
    reader.client.force_login(user)
    reader.pay(reader.take(paperback).review())

    order = Order.objects.get()
    assert order.user == user
    assert order.guest_email == "rosa@example.org"
    assert order.number in reader.client.get("/account/").text


@pytest.mark.parametrize("step", ["", "address/", "shipping/", "review/"])
def test_forms_need_their_token(paperback, step):
    strict = Client(enforce_csrf_checks=True)

    answer = strict.post(f"/checkout/{step}", {"email": "ada@example.org"})

    assert answer.status_code == 403


@pytest.mark.parametrize("number", ["020 7946 0958", "+44 20 7946 0958", "+1 212 555 0100", ""])
def test_a_telephone_number_for_the_carrier_is_kept(reader, paperback, number):
    reader.take(paperback).give_email()

    assert reader.give_address(phone_number=number).url == "/checkout/shipping/"
    page = reader.client.get("/checkout/address/").text
    assert ("+44 20 7946 0958" in page or "+1 212-555-0100" in page) == bool(number)


def test_what_is_no_telephone_number_is_named(reader, paperback):
    reader.take(paperback).give_email()

    page = reader.give_address(phone_number="call me")

    assert "Please give a telephone number, or leave this empty." in page.text


@pytest.mark.parametrize(
    "changes",
    [
        {"country": "NL", "line4": "Amsterdam", "postcode": "1012 ab"},
        {"country": "GB", "postcode": "ec1y 8sy"},
        {
            "country": "BR",
            "line4": "Sao Paulo",
            "line3": "",
            "state": "SP",
            "postcode": "01310-100",
        },
    ],
    ids=["Dutch in small letters", "British in small letters", "a town without its accent"],
)
def test_an_address_as_people_write_it_is_taken(reader, paperback, changes):
    reader.take(paperback).give_email()

    assert reader.give_address(**changes).url == "/checkout/shipping/"


def test_a_postcode_longer_than_any_is_named(reader, paperback):
    reader.take(paperback).give_email()

    page = reader.give_address(country="KP", state="", postcode="9" * 200)

    assert "postcode" in page.context["form"].errors


def test_a_notice_for_the_country_is_told_before_paying(reader, paperback):
    reader.take(paperback).give_email()
    reader.give_address(country="IN", line4="Bengaluru", state="Karnataka", postcode="560001")
    reader.choose()

    for step in ["shipping/", "review/"]:
        page = reader.client.get(f"/checkout/{step}").text
        assert "Parcels to India: Due to continuing global pandemic conditions" in page


def test_a_country_without_a_notice_is_told_of_none(reader, paperback):
    reader.take(paperback).review()

    assert "Parcels to United Kingdom:" not in reader.client.get("/checkout/review/").text


@pytest.fixture
def before(reader):
    """Let the reader have chosen a country on an earlier page."""

    def before(code):
        reader.client.post("/shipping/country/", {"country": code}, headers=OWN)

    return before


def test_the_country_chosen_before_is_named_with_what_is_in_its_way(
    reader, paperback, interrupt, before
):
    interrupt("delay", "GB", message="Ships wait in port.", is_in_bar=False)
    reader.take(paperback).give_email()
    assert "Ships wait in port." not in reader.client.get("/checkout/address/").text

    before("GB")
    page = reader.client.get("/checkout/address/").text

    assert "You chose United Kingdom as the country of delivery on an earlier page" in page
    assert "Parcels to United Kingdom: Ships wait in port." in page
    assert '<option value="GB" selected>' in page


def test_a_country_that_is_suspended_is_told_before_an_address_is_typed(
    reader, paperback, epub, interrupt, before
):
    interrupt("suspended", "GB", message="Ships wait in port.", is_in_bar=False)
    before("GB")
    reader.take(paperback).give_email()

    page = reader.client.get("/checkout/address/").text

    assert "Parcels to United Kingdom are suspended." in page
    assert "Take the e-book instead" in page


def test_a_country_chosen_here_is_told_of_at_once_and_not_as_an_earlier_choice(
    reader, paperback, interrupt, before
):
    interrupt("delay", "US", message="Ships wait in port.", is_in_bar=False)
    before("GB")
    reader.take(paperback).give_email()

    page = reader.give_address(country="US", action="country").text

    assert "Parcels to United States: Ships wait in port." in page
    assert "on an earlier page" not in page


def test_once_the_address_is_known_it_counts_and_not_the_earlier_choice(
    reader, paperback, interrupt, before
):
    interrupt("delay", "US", message="Ships wait in port.", is_in_bar=False)
    before("US")
    reader.take(paperback).give_email()
    reader.give_address()

    page = reader.client.get("/checkout/address/").text

    assert "Ships wait in port." not in page
    assert "on an earlier page" not in page


@pytest.mark.parametrize("code", ["ZZ", ""])
def test_an_earlier_choice_that_is_no_country_is_passed_over(reader, paperback, code):
    reader.client.cookies["country"] = code
    reader.take(paperback).give_email()

    page = reader.client.get("/checkout/address/")

    assert page.status_code == 200
    assert "on an earlier page" not in page.text
