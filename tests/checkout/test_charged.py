"""What the page says that shipping costs is what Stripe is asked for, to the cent."""

from decimal import Decimal

import pytest
from oscar.core.loading import get_model

from bookstore.money import minor_units
from checkout.progress import Progress
from shipping.models import Method
from tests.books import make_edition
from tests.checkout.reader import BELFAST, LONDON

pytestmark = pytest.mark.django_db

Order = get_model("order", "Order")
ADDRESSES = {
    "US": {"country": "US", "line4": "Boston", "state": "MA", "postcode": "02108"},
    "CA": {"country": "CA", "line4": "Ottawa", "state": "ON", "postcode": "K1A 0B1"},
    "GB": LONDON,
    "FR": {"country": "FR", "line4": "Paris", "postcode": "75001"},
    "AU": {"country": "AU", "line4": "Sydney", "state": "NSW", "postcode": "2000"},
    "SG": {"country": "SG", "line4": "", "postcode": "018956"},
}
WAYS = [
    ("US", "united-states-standard"),
    ("US", "united-states-priority"),
    ("CA", "canada-standard"),
    ("GB", "united-kingdom-standard"),
    ("GB", "united-kingdom-express"),
    ("FR", "european-union-eea-and-switzerland-stand"),
    ("FR", "european-union-eea-and-switzerland-expre"),
    ("AU", "australia-and-new-zealand-standard"),
    ("SG", "rest-of-the-world-standard"),
]


@pytest.fixture
def charged(reader, stripe):
    """Walk through the forms; return what was shown for shipping and what was charged."""

    def charged(country, method):
        page = reader.review(method, **ADDRESSES[country])
        progress = page.context["progress"]
        reader.pay(page)
        order = Order.objects.latest("pk")
        session = stripe.store.matching("checkout.session")[0]
        assert order.shipping_code == method
        assert order.total_incl_tax == progress.shown.total
        assert f"Pay ${progress.shown.total:,}" in page.text
        assert session["amount_total"] == minor_units(
            amount=progress.shown.total, currency="USD"
        )
        return progress.quote.price, order.shipping_incl_tax

    return charged


@pytest.mark.parametrize(("country", "method"), WAYS)
def test_the_price_shown_is_charged(reader, charged, country, method):
    for weight_g, quantity in [(120, 1), (680, 2), (2600, 2)]:
        reader.take(make_edition(weight_g=weight_g), quantity=quantity)

    shown, paid = charged(country, method)

    assert shown == paid > 0


@pytest.mark.parametrize(
    ("weight_g", "copies", "price"),
    [
        (None, 1, "4.75"),
        (1, 1, "3.95"),
        (250, 1, "3.95"),
        (251, 1, "4.75"),
        (5000, 1, "11.50"),
        (5000, 2, "23.00"),
        (2501, 2, "23.00"),
    ],
)
def test_the_weight_decides(reader, charged, weight_g, copies, price):
    reader.take(make_edition(weight_g=weight_g), quantity=copies)

    assert charged("US", "united-states-standard") == (Decimal(price),) * 2


def test_handling_is_charged_and_a_free_parcel_is_free(reader, charged):
    Method.objects.filter(code="canada-standard").update(handling="1.50", free_from="49.90")
    book = make_edition(price="24.95", weight_g=680)
    reader.take(book)
    assert charged("CA", "canada-standard") == (Decimal("16.50"),) * 2

    reader.take(book, quantity=2)
    assert charged("CA", "canada-standard") == (Decimal(0),) * 2


def test_e_books_do_not_help_towards_free_shipping(reader, charged):
    Method.objects.filter(code="canada-standard").update(free_from="30.00")
    book = make_edition(price="24.95", weight_g=680)
    reader.take(book, make_edition(type="epub", price="9.99"))

    assert charged("CA", "canada-standard") == (Decimal("15.00"),) * 2


def test_a_threshold_that_is_missed_before_paying_is_named(reader, stripe):
    Method.objects.filter(code="canada-standard").update(free_from="20.00")
    reader.take(make_edition(price="24.95", weight_g=680))
    page = reader.review("canada-standard", **ADDRESSES["CA"])
    assert "Standard: free" in page.text
    Method.objects.filter(code="canada-standard").update(free_from="30.00")

    answer = reader.pay(page)

    told = reader.client.get(answer.url).text
    assert "Shipping now costs $15.00 (it was $0.00)." in told
    assert Order.objects.count() == 0


def test_a_method_that_stops_going_to_a_country_is_named_before_paying(reader, stripe):
    reader.take(make_edition(weight_g=680))
    page = reader.review("united-kingdom-express", **BELFAST)
    Method.objects.get(code="united-kingdom-express").excluded.add("GB")

    answer = reader.pay(page)

    assert answer.url == "/checkout/shipping/"
    told = reader.client.get(answer.url).text
    assert "The parcel cannot go this way any more." in told
    assert "Express is not offered: it does not go to this country." in told


@pytest.mark.parametrize("country", ["US", "FR", "SG"])
def test_five_lines_take_four_queries_to_any_country(
    reader, country, django_assert_max_num_queries
):
    reader.take(*[make_edition(title=f"Volume {n}", weight_g=n * 300) for n in range(1, 6)])
    page = reader.review(**ADDRESSES[country])
    progress = Progress(page.wsgi_request)
    assert len(progress.contents.lines) == 5

    with django_assert_max_num_queries(4):
        assert progress.decision.offers
