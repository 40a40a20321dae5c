"""Every country on the page that says where we ship, to be looked up and printed."""

import re

import pytest

from shipping.models import Method

pytestmark = pytest.mark.django_db


@pytest.fixture
def listed(client):
    """Each country on the page by its code, with white space evened out."""

    def read(query="", **more):
        text = client.get("/shipping/", {"q": query, **more}).text
        rows = re.findall(
            r'<li class="directory__country" id="country-(..)">(.*?)</div>', text, re.DOTALL
        )
        return {code: re.sub(r"\s+", " ", row) for code, row in rows}

    return read


def test_every_country_is_there_with_ways_prices_and_days(listed, countries, demo_rates):
    found = listed()

    assert set(found) == set(countries)
    assert "Standard <span" in found["DE"]
    assert "$19.75</span>, 8 to 18 days" in found["DE"]
    assert "Express <span" in found["DE"]
    assert "$25.00</span>, 12 to 30 days" in found["JP"]


def test_what_is_interrupted_stands_beside_the_country(listed, demo_rates, interrupt):
    war = interrupt("There is war.", "UA", severity="suspended")
    strike = interrupt("A strike.", "FR", severity="delay", delay_days=7)

    found = listed()

    assert "Parcels to Ukraine are suspended. E-books only." in found["UA"]
    assert f'href="#interruption-{war.pk}">Suspended</a> until further notice' in found["UA"]
    assert f'href="#interruption-{strike.pk}">Delayed</a> until further notice' in found["FR"]
    assert "8 to 25 days" in found["FR"]
    assert "Suspended" not in found["DE"]


def test_a_country_with_one_way_left_is_partly_suspended(listed, demo_rates, interrupt):
    no_planes = interrupt("No planes.", "GB", severity="suspended")
    no_planes.methods.add(Method.objects.get(code="united-kingdom-express"))

    row = listed()["GB"]

    assert "Partly suspended</a>" in row
    assert "Express" not in row


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("germany", "DE"),
        ("  GERM ", "DE"),
        ("de", "DE"),
        ("GBR", "GB"),
        ("uk", "GB"),
        ("scotland", "GB"),
        ("aland", "AX"),
        ("curacao", "CW"),
        ("holland", "NL"),
        ("Ivory Coast", "CI"),
    ],
)
def test_a_country_is_found_by_name_code_or_what_people_call_it(
    listed, demo_rates, query, code
):
    assert code in listed(query)


def test_a_search_leaves_out_the_others(listed, demo_rates):
    assert set(listed("iceland")) == {"IS"}


@pytest.mark.parametrize("query", ["xyzzy", "<script>", "%", "x" * 5000])
def test_a_search_without_success_says_what_to_try(client, demo_rates, query):
    text = client.get("/shipping/", {"q": query}).text

    assert "We know no country by" in text
    assert "<script>alert" not in text
    assert 'href="/shipping/#countries">Show every country</a>' in text


def test_blanks_look_for_nothing(listed, countries, demo_rates):
    assert len(listed("   ")) == len(countries)


def test_names_with_accents_stand_where_readers_look(listed, demo_rates):
    order = list(listed())

    assert order.index("AX") < order.index("BE")


@pytest.mark.parametrize("query", ["", "land", "xyzzy"])
def test_the_list_costs_no_query_more(client, demo_rates, query, django_assert_num_queries):
    with django_assert_num_queries(11):
        client.get("/shipping/", {"q": query, "country": "BR"})
