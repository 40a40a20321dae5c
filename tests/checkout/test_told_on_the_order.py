"""What was said about the parcel stays with the order, until the parcel has left."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from oscar.core.loading import get_model

from checkout import emails, orders, parcels, payments
from checkout.placing import Shown
from shipping import quoting
from shipping.rates import Load
from tests.books import make_edition
from tests.checkout.conftest import POST

pytestmark = pytest.mark.django_db

Order = get_model("order", "Order")
FROZEN = "Ships wait in port & rain falls."


@pytest.fixture
def edition():
    return make_edition(title="My Life", copies=5)


@pytest.fixture
def told(place, fill, edition, interrupt, now):
    """Place an order to the United States whose reader was told, and ticked it."""

    def told(severity="acknowledge", *, message=FROZEN, **fields):
        interrupt(severity, "US", message=message, **fields)
        load = Load((500,))
        decision = quoting.decide(country_code="US", postcode="02108", load=load, now=now)
        basket = fill(edition)
        return place(
            basket=basket,
            shown=Shown.of(basket, POST, notices=decision.notices),
            notices=decision.notices,
            acknowledged={notice.id for notice in decision.notices},
        )

    return told


@pytest.fixture
def settle(begin, pay, now):
    def settle(order):
        attempt = begin(order)
        pay(attempt)
        payments.sync(attempt=attempt, now=now)
        emails.send_all_owed(now=now + timedelta(minutes=2))
        return type(order).objects.get(pk=order.pk)

    return settle


@pytest.fixture
def send(now):
    def send(order, now=now):
        copies = {line.pk: line.quantity for line in order.lines.all()}
        return parcels.send(order=order, copies=copies, form_key=uuid4(), now=now)

    return send


def test_the_order_page_says_what_was_said_whatever_became_of_the_notice(told, client):
    ends_at = timezone.now() + timedelta(days=40)
    order = told(ends_at=ends_at)
    order.parcel_notices.get().interruption.delete()

    page = client.get(orders.order_url(order)).text

    assert "Ships wait in port &amp; rain falls." in page
    assert f"Until {ends_at.day} {ends_at:%B %Y}." in page
    assert "that you had read this." in page


def test_a_notice_without_a_tick_is_not_said_to_be_read(told, client):
    page = client.get(orders.order_url(told("delay"))).text

    assert "Ships wait in port" in page
    assert "had read" not in page


def test_the_confirmation_says_it_in_both_its_bodies(told, settle, mailoutbox):
    ends_at = timezone.now() + timedelta(days=40)

    settle(told("delay", ends_at=ends_at))

    (mail,) = mailoutbox
    until = f"Until {ends_at.day} {ends_at:%B %Y}."
    assert f": {FROZEN} {until}\n" in mail.body
    assert "Ships wait in port &amp; rain falls." in mail.alternatives[0].content
    assert until in mail.alternatives[0].content


def test_without_a_notice_nothing_is_said(place, edition, settle, mailoutbox, client):
    order = settle(place(edition))

    assert "Until" not in mailoutbox[0].body
    assert "message--warning" not in client.get(orders.order_url(order)).text


def test_a_parcel_to_a_suspended_country_stays_and_says_why(
    place, edition, settle, send, state, interrupt, now
):
    order = settle(place(edition))
    strike = interrupt("suspended", "US")

    with pytest.raises(parcels.NotSendable, match="suspended: Ships wait in port"):
        send(order)
    assert (state(order).status, order.parcels.count()) == ("Paid", 0)
    assert edition.stockrecords.get().num_in_stock == 5

    strike.ends_at = now + timedelta(hours=1)
    strike.save()
    send(order, now=now + timedelta(hours=1))
    assert state(order).status == "Dispatched"


@pytest.mark.parametrize(
    ("severity", "codes", "fields"),
    [
        ("acknowledge", "US", {}),
        ("delay", "US", {}),
        ("suspended", "CA", {}),
        ("suspended", "US", {"postcodes": ["03"]}),
        ("suspended", "US", {"starts_at": timezone.now() + timedelta(days=1)}),
    ],
    ids=["only ticked", "only late", "another country", "another region", "not yet"],
)
def test_other_notices_hold_back_no_parcel(
    place, edition, settle, send, state, interrupt, severity, codes, fields
):
    order = settle(place(edition))
    interrupt(severity, codes, **fields)

    send(order)

    assert state(order).status == "Dispatched"


def test_a_suspension_of_one_way_holds_back_only_what_goes_that_way(
    reader, edition, settle, send, state, interrupt
):
    def buy(method):
        reader.take(edition)
        reader.pay(reader.review(method))
        return settle(Order.objects.latest("pk"))

    by_express, by_standard = buy("united-kingdom-express"), buy("united-kingdom-standard")
    interrupt("suspended", methods="united-kingdom-express")

    with pytest.raises(parcels.NotSendable):
        send(by_express)
    send(by_standard)

    assert state(by_express).status == "Paid"
    assert state(by_standard).status == "Dispatched"


@pytest.mark.parametrize("prefix", ["02", "021 08", " 0210"])
def test_a_suspended_region_holds_back_its_parcels(
    place, edition, settle, send, interrupt, prefix
):
    order = settle(place(edition))
    interrupt("suspended", "US", postcodes=[prefix])

    with pytest.raises(parcels.NotSendable):
        send(order)
