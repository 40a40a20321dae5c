"""What the page of a book says about sending it."""

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from oscar.core.loading import get_model

from catalog.models import ProductRecommendation
from shipping.models import Method, Zone
from tests.books import make_contributor, make_edition, make_work

pytestmark = pytest.mark.django_db
MAY = datetime(2099, 5, 1, tzinfo=UTC)


@pytest.fixture
def paperback(demo_rates):
    return make_edition(weight_g=680)


@pytest.fixture
def delivery(client):
    """What a page says about delivery, with white space evened out."""

    def read(edition, country=""):
        client.cookies["country"] = country
        text = client.get(edition.get_absolute_url()).text
        part = text.split('id="delivery">')[1].split("</section>")[0]
        return re.sub(r"\s+", " ", part)

    return read


def test_a_reader_without_a_country_is_asked_for_one(delivery, paperback):
    text = delivery(paperback)

    assert "Where shall the parcel go?" in text
    assert '<option value="UA">Ukraine</option>' in text
    assert f'name="next" value="{paperback.get_absolute_url()}#delivery"' in text


def test_the_cheapest_way_to_the_country_is_told(delivery, paperback):
    text = delivery(paperback, "DE")

    assert "<strong>To Germany:</strong> from" in text
    assert "$19.75</span>, 8 to 18 days" in text
    assert "Not Germany? Choose another country" in text
    assert "country-picker" not in text


def test_a_single_way_is_not_called_the_cheapest(delivery, paperback):
    text = delivery(paperback, "CA")

    assert '<strong>To Canada:</strong> <span class="delivery__price">$15.00' in text


def test_a_reader_is_told_of_duties_and_delays(delivery, paperback, interrupt):
    Zone.objects.filter(name="Canada").update(duties="You may have to pay duty.")
    interrupt("A strike.", "CA", severity="delay", delay_days=5, ends_at=MAY)

    text = delivery(paperback, "CA")

    assert "7 to 19 days" in text
    assert "You may have to pay duty." in text
    assert "<strong>Delayed.</strong> A strike. Parcels take up to 5 days longer. Until" in text


def test_a_country_stands_where_readers_look_for_it(client, paperback):
    for code, name in [("AX", "Åland Islands"), ("AF", "Afghanistan"), ("ZW", "Zimbabwe")]:
        get_model("address", "Country").objects.update_or_create(
            iso_3166_1_a2=code, defaults={"printable_name": name, "name": name}
        )

    text = client.get(paperback.get_absolute_url()).text

    first, second, last = map(text.index, [">Afghanistan<", ">Åland Islands<", ">Zimbabwe<"])
    assert first < second < last


def test_free_shipping_is_called_free(delivery, paperback):
    Method.objects.filter(zone__name="Canada").update(free_from=Decimal("20.00"))

    assert "<strong>To Canada:</strong> free, 7 to 14 days" in delivery(paperback, "CA")


def test_a_suspension_says_where_why_until_when_and_names_the_e_book(
    delivery, paperback, interrupt
):
    epub = make_edition(paperback.parent, type="epub", price="9.99")
    interrupt("There is war.", "UA", severity="suspended", ends_at=MAY)

    text = delivery(paperback, "UA")

    assert "Parcels to Ukraine are suspended." in text
    assert "There is war. Until 1 May 2099." in text
    assert f'href="{epub.get_absolute_url()}">E-book (EPUB), $9.99</a>' in text
    assert "it reaches Ukraine at once" in text


def test_a_suspension_without_an_e_book_says_so(delivery, paperback, interrupt):
    make_edition(paperback.parent, type="epub", price=None)  # not for sale
    interrupt("There is war.", "UA", severity="suspended")

    text = delivery(paperback, "UA")

    assert "Until further notice." in text
    assert "There is no e-book of this title. It can be sent to another country." in text


def test_a_way_that_is_suspended_is_named_while_another_goes(delivery, paperback, interrupt):
    express = Method.objects.get(code="united-kingdom-express")
    notice = interrupt("No planes.", "GB", severity="suspended", ends_at=MAY)
    notice.methods.add(express)

    text = delivery(paperback, "GB")

    assert "$18.50" in text
    assert "Express is suspended until 1 May 2099." in text


def test_a_book_too_heavy_for_every_carrier_says_which_and_why(delivery, demo_rates):
    atlas = make_edition(title="Atlas", weight_g=9000)

    text = delivery(atlas, "CA")

    assert "No carrier of ours takes this parcel to Canada." in text
    assert "Standard: it takes no book of more than 5,000 g." in text


def test_a_download_reaches_every_country(delivery, demo_rates):
    epub = make_edition(type="epub", price="9.99")

    for country in ["", "UA"]:
        assert "A download: it reaches every country." in delivery(epub, country)


def test_an_edition_of_unknown_weight_is_taken_for_an_ordinary_book(delivery, demo_rates):
    assert "$11.75" in delivery(make_edition(), "CA")


@pytest.mark.parametrize(
    ("country", "weight"),
    [("", "1.5 lbs (680 g)"), ("US", "1.5 lbs"), ("DE", "680 g (1.5 lbs)")],
)
def test_the_weight_follows_the_readers_country(client, paperback, country, weight):
    client.cookies["country"] = country

    assert f"<dt>Weight</dt><dd>{weight}" in client.get(paperback.get_absolute_url()).text


@pytest.mark.parametrize("rows", [1, 20])
@pytest.mark.parametrize(("country", "most"), [("", 16), ("DE", 23), ("UA", 23)])
def test_a_country_costs_the_same_however_many_rows(
    client, demo_rates, interrupt, django_assert_max_num_queries, rows, country, most
):
    author = make_contributor()
    book = make_edition(make_work(author=author), weight_g=680)
    make_edition(book.parent, type="epub", price="9.99")
    for number in range(rows):
        other = make_edition(make_work(f"Book {number}", author=author)).parent
        ProductRecommendation.objects.create(primary=book.parent, recommendation=other)
        interrupt("There is war.", "UA", severity="suspended")
        zone = Zone.objects.get(name="Canada")
        zone.methods.create(name=f"Way {number}", code=f"way-{number}", min_days=1, max_days=2)
    client.get("/")
    client.cookies["country"] = country

    with django_assert_max_num_queries(most) as asked:
        client.get(book.get_absolute_url())

    assert all(query["sql"].startswith("SELECT") for query in asked)
