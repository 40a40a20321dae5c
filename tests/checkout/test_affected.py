"""Whom an interruption is about, on its page in the admin."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from oscar.core.loading import get_model

from bookstore.demo import shipping as demo
from shipping.models import Interruption
from tests.books import make_edition, make_work, stock_of

pytestmark = pytest.mark.django_db
LATER = timezone.now() + timedelta(days=3)
OVER = {"starts_at": LATER - timedelta(days=9), "ends_at": LATER - timedelta(days=4)}


def page_of(interruption):
    return reverse("admin:shipping_interruption_change", args=[interruption.pk])


def held_page_of(interruption):
    return reverse("admin:order_order_held", args=[interruption.pk])


@pytest.fixture
def make_order(db):
    demo.load()
    orders = get_model("order", "Order").objects
    addresses = get_model("order", "ShippingAddress").objects

    def make_order(country="GB", postcode="SW1A 1AA", *, status="Paid", code="air", book=None):
        number = orders.count() + 1
        edition = book or make_edition(make_work(f"Volume {number}"))
        order = orders.create(
            number=f"M-{number}",
            currency="USD",
            total_incl_tax=20,
            total_excl_tax=20,
            shipping_address=addresses.create(
                line1="1 Road", line4="Town", postcode=postcode, country_id=country
            ),
            shipping_code=code,
            shipping_method="By air",
            status=status,
            guest_email="ada@example.org",
        )
        order.lines.create(
            product=edition,
            stockrecord=stock_of(edition),
            title=edition.title,
            quantity=1,
            num_allocated=1,
            unit_price_incl_tax=20,
            unit_price_excl_tax=20,
            line_price_incl_tax=20,
            line_price_excl_tax=20,
            line_price_before_discounts_incl_tax=20,
            line_price_before_discounts_excl_tax=20,
        )
        return order

    return make_order


def test_unsent_paid_orders_to_the_countries_are_listed(admin_client, interrupt, make_order):
    hit = [make_order(), make_order(status="In progress")]
    make_order("FR")
    make_order(book=make_edition(type="epub"))
    for status in ["Pending payment", "Dispatched", "Cancelled", "Refunded"]:
        make_order(status=status)

    page = admin_client.get(page_of(interrupt("delay"))).text

    assert "2 paid orders with books that have not left us:" in page
    for order in get_model("order", "Order").objects.all():
        link = reverse("admin:order_order_change", args=[order.pk])
        assert (f'<a href="{link}">{order.number}</a>' in page) == (order in hit)


def test_only_orders_to_the_region_and_by_the_method_are_affected(
    admin_client, interrupt, make_order
):
    hit = make_order(postcode="bt4 7aa", code="united-kingdom-express")
    make_order(postcode="SW1A 1AA", code="united-kingdom-express")
    make_order(postcode="", code="united-kingdom-express")
    make_order(postcode="BT4 7AA", code="sea")
    notice = interrupt("suspended", methods="united-kingdom-express", postcodes=["BT"])

    listed = admin_client.get(held_page_of(notice)).context["rows"]

    assert (
        "1 paid order with books that has not left us" in admin_client.get(page_of(notice)).text
    )
    assert [row.order for row in listed] == [hit]


def test_open_baskets_with_printed_books_are_counted(admin_client, interrupt):
    baskets = get_model("basket", "Basket").objects
    for types, status in [
        (["paperback", "hardcover"], "Open"),
        (["epub", "paperback"], "Open"),
        (["epub"], "Open"),
        (["paperback"], "Submitted"),
    ]:
        basket = baskets.create()
        for type_ in types:
            edition = make_edition(type=type_)
            basket.lines.create(
                product=edition,
                stockrecord=edition.stockrecords.get(),
                line_reference=edition.upc,
                quantity=1,
                price_currency="USD",
            )
        baskets.filter(pk=basket.pk).update(status=status)

    page = admin_client.get(page_of(interrupt("delay"))).text

    assert "2 open baskets with printed books; no country is known of a basket" in page


def test_staff_who_may_not_see_orders_get_only_their_number(client, interrupt, make_order):
    user = get_user_model().objects.create_user("staff@example.org", "a long sentence")
    user.is_staff = True
    user.save()
    user.user_permissions.set(Permission.objects.filter(codename="view_interruption"))
    client.force_login(user)
    order = make_order()

    page = client.get(page_of(interrupt("suspended"))).text

    assert "1 paid order with books that has not left us." in page
    assert order.number not in page
    assert "Decide what becomes" not in page


@pytest.mark.parametrize(
    ("severity", "fields", "decided", "reason"),
    [
        ("suspended", {}, "Decide what becomes of them", "If refunded"),
        ("suspended", {"starts_at": LATER}, "Once it is in force", "it is not in force"),
        ("suspended", OVER, "It is over: it holds nothing back", "it is not in force"),
        ("delay", {}, "", "it does not suspend anything"),
        ("acknowledge", {}, "", "it does not suspend anything"),
    ],
)
def test_only_what_stops_parcels_now_lets_staff_decide(
    admin_client, interrupt, make_order, severity, fields, decided, reason
):
    make_order()
    notice = interrupt(severity, **fields)

    assert decided in admin_client.get(page_of(notice)).text
    assert ("Decide what becomes" in admin_client.get(page_of(notice)).text) == (
        decided.startswith("Decide")
    )
    assert reason in admin_client.get(held_page_of(notice)).text


@pytest.mark.parametrize("page", [page_of, held_page_of])
def test_a_page_costs_the_same_however_many_orders(admin_client, interrupt, make_order, page):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert admin_client.get(page(notice)).status_code == 200
        return len(queries)

    notice = interrupt("suspended")
    make_order()
    Interruption.objects.exclude(pk=notice.pk).delete()
    cost_of_one = cost()
    for _ in range(19):
        make_order()

    assert cost() == cost_of_one
