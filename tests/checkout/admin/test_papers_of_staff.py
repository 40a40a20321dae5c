"""Staff print what goes into parcels, and invoices."""

from io import BytesIO
from uuid import uuid4

import pytest
from pypdf import PdfReader

from checkout import parcels, payments, refunds
from tests.books import make_edition

pytestmark = pytest.mark.django_db

LIST = "/admin/order/order/"


def text_of(answer):
    assert answer.headers["Content-Type"] == "application/pdf"
    pages = PdfReader(BytesIO(answer.content)).pages
    return [" ".join(page.extract_text().split()) for page in pages]


@pytest.fixture
def slip(desk, address_of):
    def slip(order):
        return desk.client.get(address_of(order, "packing-slip"))

    return slip


def test_the_packing_slip_is_shown_under_the_orders_number(slip, paid):
    answer = slip(paid)

    name = f'inline; filename="packing-slip-{paid.number}.pdf"'
    assert answer.headers["Content-Disposition"] == name
    (page,) = text_of(answer)
    for said in (paid.number, "My Life", "2 books in this parcel.", "1 Library Lane"):
        assert said in page
    assert "$" not in page


def test_the_slip_of_a_second_parcel_leaves_out_what_was_sent(slip, paid, now):
    line = paid.lines.get()
    parcels.send(order=paid, copies={line.pk: 1}, form_key=uuid4(), now=now)

    (page,) = text_of(slip(paid))

    assert "1 book in this parcel." in page
    assert "Sent separately" in page


def test_the_slip_of_an_order_that_was_sent_shows_all_of_it(slip, paid, now):
    line = paid.lines.get()
    parcels.send(order=paid, copies={line.pk: 2}, form_key=uuid4(), now=now)

    (page,) = text_of(slip(paid))

    assert "2 books in this parcel." in page


def test_copies_that_were_refunded_are_not_in_the_parcel(slip, paid, now):
    request = refunds.ask(
        order=paid,
        amount=2495,
        reason="reader",
        copies={paid.lines.get().pk: 1},
        form_key=uuid4(),
        now=now,
    )
    payments.sync(attempt=request.attempt, now=now)

    (page,) = text_of(slip(paid))

    assert "1 book in this parcel." in page
    assert "Refunded" in page


def test_the_invoice_is_shown_under_the_orders_number(desk, paid, address_of):
    answer = desk.client.get(address_of(paid, "invoice"))

    name = f'inline; filename="invoice-{paid.number}.pdf"'
    assert answer.headers["Content-Disposition"] == name
    assert "$54.40" in text_of(answer)[0]


@pytest.mark.parametrize(
    ("paper", "name"), [("packing-slip", "packing slip"), ("invoice", "invoice")]
)
def test_an_unpaid_order_has_no_papers(desk, order, paper, name):
    page = desk.order(order, paper)

    assert page.messages == [f"Order {order.number} has no {name}: it is pending payment."]
    assert name not in page.words.lower()


def test_an_order_of_e_books_has_an_invoice_and_no_slip(desk, place, pay_for):
    order = place(make_edition(type="epub", price="9.00"))
    pay_for(order)

    words = desk.order(order).words

    assert "Invoice" in words
    assert "Packing slip" not in words


def test_the_slips_of_many_orders_are_one_paper(desk, place, edition, pay_for):
    first, second, unpaid = (place(edition) for _ in range(3))
    pay_for(first)
    pay_for(second)
    chosen = [first.pk, second.pk, unpaid.pk]

    answer = desk.client.post(
        LIST, {"action": "print_packing_slips", "_selected_action": chosen}
    )

    pages = text_of(answer)
    assert [second.number in pages[0], first.number in pages[1]] == [True, True]
    assert len(pages) == 2
    told = desk.opens(LIST).messages
    assert told == [f"Order {unpaid.number} has no packing slip."]


def test_orders_without_slips_make_no_paper(desk, order):
    page = desk.posts(LIST, action="print_packing_slips", _selected_action=[order.pk])

    assert page.messages == [f"Order {order.number} has no packing slip."]


def test_who_may_see_orders_may_print(allowed, paid, address_of):
    client = allowed("view_order").client

    for paper in ("packing-slip", "invoice"):
        assert text_of(client.get(address_of(paid, paper)))


def test_who_may_not_see_orders_prints_nothing(allowed, paid, address_of):
    client = allowed("change_order", "add_parcel").client

    for paper in ("packing-slip", "invoice"):
        assert client.get(address_of(paid, paper)).status_code == 403


def test_of_many_problems_the_first_are_told(desk, place):
    orders = [place(make_edition(title=f"Book {number}")) for number in range(8)]

    page = desk.posts(
        LIST, action="print_packing_slips", _selected_action=[order.pk for order in orders]
    )

    assert len(page.messages) == 6
    assert page.messages[-1] == "The same or the like for 3 more."
