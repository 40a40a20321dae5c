"""Staff pack and send."""

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from pypdf import PdfReader

from checkout import emails, parcels
from checkout.models import Parcel
from tests.books import make_edition, stock_of

pytestmark = pytest.mark.django_db

DISPUTED_CARD = "4000000000000259"


@pytest.fixture
def line(order):
    return f"copies_{order.lines.get().pk}"


@pytest.fixture
def form(desk, paid):
    return desk.order(paid, "parcel")


def test_the_page_shows_where_it_goes_and_all_that_is_to_be_sent(form, line):
    assert "1 Library Lane" in form.words
    assert form.fields[line] == "2"


def test_a_parcel_is_recorded_with_what_was_typed(
    form, line, desk, order, state, logged, edition, mailoutbox, now
):
    page = form.send(
        carrier="Parcel Post",
        tracking_number="RR1",
        tracking_url="https://post.example/RR1",
    )
    emails.send_all_owed(now=now + timedelta(minutes=5))

    parcel = Parcel.objects.get()
    assert (parcel.carrier, parcel.tracking_number, parcel.tracking_url, parcel.sent_by) == (
        "Parcel Post",
        "RR1",
        "https://post.example/RR1",
        desk.user,
    )
    assert page.messages == ["A parcel with 2 copies is on record; the reader gets a mail."]
    assert (state(order).status, stock_of(edition).num_in_stock) == ("Dispatched", 7)
    assert logged(order) == [
        ("staff@example.com", "Sent a parcel with 2 copies by Parcel Post")
    ]
    assert "https://post.example/RR1" in mailoutbox[-1].body


def test_a_part_is_sent_and_the_rest_is_offered_next(form, line, desk, order, state):
    form.send(**{line: "1"})

    assert state(order).status == "In progress"
    again = desk.order(order, "parcel")
    assert again.fields[line] == "1"
    assert again.fields["form_key"] != form.fields["form_key"]


def test_a_second_click_sends_one_parcel(form, line, order, logged):
    form.send(**{line: "1"})
    second = form.send(**{line: "1"})

    assert Parcel.objects.count() == 1
    assert second.messages == ["This parcel was on record already: nothing was done twice."]
    assert len(logged(order)) == 1


def test_a_second_click_for_more_than_is_left_now_is_known_too(desk, place, edition, pay_for):
    order = place((edition, 3))
    pay_for(order)
    form = desk.order(order, "parcel")
    line = f"copies_{order.lines.get().pk}"

    form.send(**{line: "2"})
    second = form.send(**{line: "2"})

    assert second.messages == ["This parcel was on record already: nothing was done twice."]
    assert Parcel.objects.count() == 1


def test_carriers_that_were_used_are_offered_again(form, line, desk, order):
    form.send(**{line: "1", "carrier": "Bicycle Post"})

    offered = desk.order(order, "parcel").tree.xpath("//datalist/option/@value")

    assert offered[0] == "Bicycle Post"
    assert "Royal Mail" in offered


@pytest.mark.parametrize(
    ("given", "field", "told"),
    [
        ({"copies": "3"}, "copies", "At most 2."),
        ({"copies": "0"}, "form", "Nothing was chosen to be sent."),
        ({"tracking_url": "javascript:alert(1)"}, "tracking_url", "Please give an address"),
        ({"tracking_url": "ftp://post.example/1"}, "tracking_url", "Please give an address"),
        ({"carrier": "x" * 81}, "carrier", "Ensure this value has at most 80"),
    ],
)
def test_what_is_wrong_stands_beside_the_field_and_the_rest_is_kept(
    form, line, given, field, told
):
    given = {"carrier": "Post", "tracking_number": "RR1"} | given
    if "copies" in given:
        given[line] = given.pop("copies")

    page = form.send(**given)

    beside = line if field == "copies" else field
    assert list(page.errors) == [beside]
    assert page.errors[beside][0].startswith(told)
    assert {name: page.fields[name] for name in given} == given
    assert not Parcel.objects.exists()


def test_a_dispute_that_arrives_in_the_meantime_keeps_the_parcel_here(form, order, now):
    order.disputes.create(
        id="du_1", intent_id="pi_1", amount=1, currency="USD", status="x", opened_at=now
    )

    page = form.send(carrier="Post")

    assert "disputed" in page.errors["form"][0]
    assert page.fields["carrier"] == "Post"
    assert not Parcel.objects.exists()


def test_e_books_are_named_as_not_in_the_parcel(desk, place, edition, pay_for):
    order = place(edition, make_edition(title="1905", type="epub", price="9.00"))
    pay_for(order)

    page = desk.order(order, "parcel")

    assert "Not in the parcel, as e-books: 1905" in page.words
    assert len(page.rows("order-table")) == 1


@pytest.mark.parametrize("card", [None, DISPUTED_CARD])
def test_what_is_not_to_be_sent_is_refused_with_the_reason(desk, order, pay_for, card):
    if card:
        pay_for(order, card)

    page = desk.order(order, "parcel")

    told = "its payment is disputed" if card else "it is pending payment"
    assert page.messages == [f"Order {order.number} cannot be sent: {told}."]


def test_what_was_sent_is_not_sent_again(desk, paid, now):
    line = paid.lines.get()
    parcels.send(order=paid, copies={line.pk: 2}, form_key=uuid4(), now=now)

    assert "it is dispatched" in desk.order(paid, "parcel").messages[0]


def test_packing_begins_at_one_press(desk, paid, state, logged):
    for _ in range(2):
        page = desk.presses(paid, "packing")

    assert state(paid).status == "In progress"
    assert "Begin packing" not in page.buttons
    assert logged(paid) == [("staff@example.com", "Began packing")]


def test_a_disputed_order_is_not_packed(desk, order, pay_for, state):
    pay_for(order, DISPUTED_CARD)

    page = desk.presses(order, "packing")

    assert "disputed" in page.messages[0]
    assert state(order).status == "Paid"


def test_each_parcel_has_its_own_slip(form, line, desk, order):
    form.send(**{line: "1"})
    desk.order(order, "parcel").send()
    parcels_of_it = Parcel.objects.order_by("pk")

    page = desk.order(order)

    links = [link for link in page.content.iter("a") if link.text == "Its packing slip"]
    assert [link.get("href").partition("=")[2] for link in links] == [
        str(parcel.pk) for parcel in parcels_of_it
    ]
    answer = desk.client.get(links[0].get("href"))
    assert (
        "1 book in this parcel." in PdfReader(BytesIO(answer.content)).pages[0].extract_text()
    )


@pytest.mark.parametrize("number", ["0", "999999999", "x", "²", "-1"])
def test_a_parcel_of_no_such_number_has_no_slip(desk, paid, address_of, number):
    address = address_of(paid, "packing-slip")

    assert desk.client.get(address, {"parcel": number}).status_code == 404
