"""The page that says where we ship."""

import re
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from oscar.core.loading import get_model

from shipping.models import Zone

pytestmark = pytest.mark.django_db
Country = get_model("address", "Country")


@pytest.fixture
def page(client):
    """The page's own part, with white space evened out."""

    def get(**query):
        text = client.get("/shipping/", query).text
        return re.sub(r"\s+", " ", text.split("<main")[1].split("</main>")[0])

    return get


def test_every_zone_shows_its_methods_and_rates(page, demo_rates):
    text = page()

    for zone in Zone.objects.all():
        assert f">{zone.name}</h2>" in text
    assert "A book of 1.5 lbs (680 g): <strong>$5.50</strong>" in text
    assert "up to 2.2 lbs (1 kg)" in text  # the table of the United States
    assert "up to 1 kg" in text  # the other tables
    assert "<td>$51.00</td>" in text
    assert "E-books are downloads: they reach every country at once." in text


def test_a_long_list_of_countries_is_folded(page, demo_rates):
    text = page()

    assert "<summary>31 countries</summary>" in text
    assert "Australia, New Zealand" in text
    assert "Every country that is not named" in text


def test_what_is_interrupted_says_where_and_until_when(page, interrupt):
    interrupt("The post is on strike.", "GB FR", ends_at=datetime(2099, 5, 1, tzinfo=UTC))

    text = page()

    assert "The post is on strike." in text
    assert 'href="#country-FR">France</a>, <a href="#country-GB">United Kingdom</a>' in text
    assert "1 May 2099" in text


def test_without_an_end_it_lasts_until_further_notice(page, interrupt):
    interrupt()

    text = page()

    assert "further notice" in text
    assert "All countries" in text


def test_nothing_is_interrupted_without_a_notice(page, countries):
    assert "Interrupted now" not in page()


def test_a_reader_sees_what_a_book_costs_in_their_country(page, demo_rates):
    text = page(country="GB")

    chosen = text.split('<div class="chosen-country">')[1].split("</section>")[0]
    assert '<option value="GB" selected>' in text
    assert "A book of 680 g to United Kingdom" in text
    assert "$18.50" in text
    assert "8 to 15 days" in text
    assert "pandemic" not in chosen


def test_a_reader_sees_what_interrupts_their_country(page, demo_rates):
    text = page(country="br").split('<div class="chosen-country">')[1].split("</section>")[0]

    assert "Due to continuing global pandemic conditions" in text
    assert "A book of 680 g to Brazil" in text
    assert "$25.00" in text


@pytest.mark.parametrize("code", ["ZZ", "<script>", "U\0S", "x" * 500])
def test_an_unknown_country_is_explained(page, demo_rates, code):
    text = page(country=code)

    assert "We do not know this country. Please choose one from the list." in text
    assert "<script>" not in text


def test_a_country_we_do_not_ship_to_is_named(page, demo_rates):
    Country.objects.filter(pk="JP").update(is_shipping_country=False)

    text = page(country="JP")

    assert "We do not send parcels to Japan." in text
    assert "E-books are not held up: they reach Japan at once." in text


def test_a_zone_without_rates_says_so(page, make_zone):
    make_zone("Islands", "IS NZ", prices={})

    text = page()

    assert "No carrier of ours takes parcels to these countries yet (Islands)." in text
    assert "No carrier of ours takes this parcel to Iceland. E-books only." in text


@pytest.mark.parametrize("zones", [1, 20])
def test_the_page_costs_the_same_however_many_zones(
    client, make_zone, interrupt, countries, zones
):
    codes = sorted(countries)
    for number in range(zones):
        few = " ".join(codes[number * 8 : number * 8 + 8])
        make_zone(f"Zone {number}", few, prices={100: "1.00", 1000: "2.00"})
        interrupt(codes=few)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get("/shipping/", {"country": codes[0]})

    assert response.status_code == 200
    assert len(queries) == 11


def test_reading_the_page_sets_no_cookie_and_writes_nothing(client, demo_rates):
    with CaptureQueriesContext(connection) as queries:
        response = client.get("/shipping/", {"country": "GB"})

    assert not response.cookies
    assert [q["sql"] for q in queries if not q["sql"].startswith("SELECT")] == []


def test_the_page_only_reads(client):
    assert client.post("/shipping/").status_code == 405
