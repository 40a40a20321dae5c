"""The country that a reader chooses: kept when they say so, and by nothing else."""

import pytest
from django.test import RequestFactory

from shipping import destination
from tests.books import make_edition

pytestmark = pytest.mark.django_db

OWN = {"Sec-Fetch-Site": "same-origin"}
PICKER = '<form class="country-picker"'


@pytest.fixture
def book(demo_rates):
    return make_edition(weight_g=680).get_absolute_url()


@pytest.fixture
def choose(client):
    def choose(code, *, back="/books/", headers=OWN):
        sent = {"country": code, "next": back}
        return client.post("/shipping/country/", sent, headers=headers)

    return choose


def test_a_choice_is_kept_for_a_year_and_leads_back(choose, demo_rates):
    answer = choose("DE", back="/books/my-life/?from=shelf#delivery")

    cookie = answer.cookies["country"]
    assert (answer.status_code, answer.url) == (302, "/books/my-life/?from=shelf#delivery")
    assert (cookie.value, cookie["max-age"]) == ("DE", 31_536_000)
    assert (cookie["samesite"], cookie["httponly"], cookie["path"]) == ("Lax", True, "/")
    assert not cookie["secure"]


def test_on_https_the_choice_travels_only_encrypted(choose, demo_rates, settings):
    settings.IS_HTTPS = True

    assert choose("DE").cookies["country"]["secure"]


def test_a_choice_is_forgotten_again(client, choose, book):
    choose("DE")
    assert PICKER not in client.get(book).text

    answer = choose("")

    assert answer.cookies["country"].value == ""
    assert PICKER in client.get(book).text


@pytest.mark.parametrize("code", ["ZZ", "Germany", "<b>", "D", "١٢"])
def test_what_is_no_country_is_explained_and_not_kept(client, choose, demo_rates, code):
    answer = choose(code)

    assert not answer.cookies
    assert "We do not know this country" in client.get(answer.url).text


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/books/\r\nSet-Cookie: x=1",
        "books/",
        "",
    ],
)
def test_a_choice_never_leads_to_another_site(choose, demo_rates, back):
    answer = choose("DE", back=back)

    assert answer.url == "/shipping/"
    assert answer.cookies["country"].value == "DE"


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {}]
)
def test_another_site_cannot_choose(choose, demo_rates, headers):
    answer = choose("DE", headers=headers)

    assert answer.status_code == 403
    assert not answer.cookies


def test_reading_the_address_of_the_form_chooses_nothing(client, demo_rates):
    answer = client.get("/shipping/country/", {"country": "DE"})

    assert answer.status_code == 405
    assert not answer.cookies


@pytest.mark.parametrize("value", ["ZZ", "de", "DEU", "D", "", "x" * 4000, "1'; --"])
def test_a_cookie_that_names_no_country_is_as_good_as_none(client, book, value):
    without = client.get(book).text
    client.cookies["country"] = value

    page = client.get(book)

    assert PICKER in page.text
    assert page.text.count("selected") == without.count("selected")
    assert client.get("/shipping/").status_code == client.get("/basket/").status_code == 200
    assert "We do not know this country" not in client.get("/shipping/").text


def test_a_proxy_may_suggest_a_country_and_nothing_more(client, book, settings):
    settings.COUNTRY_HEADER = "CF-IPCountry"

    page = client.get(book, headers={"CF-IPCountry": "DE"})

    assert "It looks as if you are in Germany." in page.text
    assert '<option value="DE" selected>' in page.text
    assert "<strong>To Germany" not in page.text
    assert not page.cookies
    assert page.headers["Vary"] == "CF-IPCountry"


def test_a_choice_outweighs_the_suggestion(client, choose, book, settings):
    settings.COUNTRY_HEADER = "CF-IPCountry"
    choose("FR")

    page = client.get(book, headers={"CF-IPCountry": "DE"})

    assert "<strong>To France:</strong>" in page.text
    assert "Germany" not in page.text


def test_without_the_setting_no_header_is_believed(client, book):
    page = client.get(book, headers={"CF-IPCountry": "DE"})

    assert "It looks as if" not in page.text
    assert "Vary" not in page.headers


@pytest.mark.parametrize("guess", ["XX", "T1", "", "de", "<script>"])
def test_a_guess_that_is_no_country_is_not_shown(client, book, settings, guess):
    settings.COUNTRY_HEADER = "CF-IPCountry"

    page = client.get(book, headers={"CF-IPCountry": guess}).text

    assert "It looks as if" not in page
    assert PICKER in page


def test_only_a_visitor_who_chose_gets_a_page_of_their_own(client, choose, book):
    assert "Vary" not in client.get(book).headers
    choose("DE")

    mine = client.get(book)

    assert mine.headers["Vary"] == "Cookie"
    assert "Cache-Control" not in mine.headers  # the same for everybody in Germany
    assert not mine.cookies


def test_a_page_that_does_not_ask_for_the_country_is_the_same_for_all(client, choose, book):
    choose("DE")

    assert "Vary" not in client.get("/authors/").headers


def test_what_was_not_asked_is_not_named():
    request = RequestFactory().get("/")
    request.COOKIES["country"] = "DE"
    assert destination.headers_read(request) == []

    assert destination.chosen_country(request) == "DE"
    assert destination.headers_read(request) == ["Cookie"]
