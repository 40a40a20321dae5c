"""What the invoice says."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from oscar.core.loading import get_model

from checkout import orders
from checkout.models import MoneyMovement
from checkout.papers import invoice as invoices
from checkout.papers.invoice import Charge, Line, Movement
from tests.books import make_edition, make_work
from tests.checkout.papers.conftest import MY_LIFE

pytestmark = pytest.mark.django_db


@pytest.fixture
def load(place):
    """Place an order for the books and load it as its page does."""
    return lambda *books, **changes: orders.load_order(number=place(*books, **changes).number)


@pytest.fixture
def move():
    """Record money that came or went for an order."""

    def move(order, kind, amount, day, currency="USD"):
        MoneyMovement.objects.create(
            id=f"{kind}-{day}",
            order=order,
            kind=kind,
            amount=amount,
            currency=currency,
            intent_id="pi_1",
            recorded_at=datetime(2026, 11, day, 12, tzinfo=UTC),
        )

    return move


@pytest.fixture
def order(load):
    trotsky = make_edition(make_work("My Life", author="Leon Trotsky"), price="24.95")
    return load((trotsky, 2), make_edition(title="1905", price="18.00"))


def printed(order, read):
    order = orders.load_order(number=order.number)
    return read(invoices.render(invoices.of_order(order))).text


def test_the_invoice_names_both_sides_the_order_and_every_amount(order, move, read, settings):
    settings.SHOP_NAME, settings.SHOP_ADDRESS = "Meridian Press", ["1 Road", "Town"]
    move(order, "payment", 7240, 24)

    text = printed(order, read)

    for part in [
        "Meridian Press 1 Road Town",
        "Ada Reader 1 Library Lane Boston, MA 02108 United States",
        f"Invoice and order {order.number}",
        f"Ordered on {order.date_placed.day} {order.date_placed:%B %Y}",
        "Paid on 24 November 2026",
        "Books $67.90",
        "Shipping: By post $4.50",
        "Total $72.40",
        "Paid on 24 November 2026 $72.40",
        "All amounts marked $ are in USD.",
    ]:
        assert part in text
    for absent in ["Tax", "Discount", "Refunded", "Still to pay", "cancelled"]:
        assert absent not in text


def test_lines_stand_in_the_order_of_the_order(order, read):
    text = printed(order, read)

    line = "My Life Leon Trotsky Paperback · ISBN"
    assert text.index(line) < text.index("2 $24.95 $49.90") < text.index("1905 Paperback")
    assert text.index("1905 Paperback") < text.index("1 $18.00 $18.00") < text.index("Books $")


def test_an_order_of_downloads_is_billed_to_its_e_mail_address_without_shipping(load, read):
    ebook = make_edition(title="1905", type="epub")

    text = printed(load(ebook, email="reader@example.org"), read)

    assert "reader@example.org Invoice and order" in text
    assert "Shipping" not in text


def test_money_that_went_back_is_named_with_its_day(order, move, read):
    move(order, "payment", 7240, 24)
    move(order, "refund", 1800, 26)
    move(order, "refund", 450, 28)

    text = printed(order, read)

    assert (
        "Total $72.40 Paid on 24 November 2026 $72.40 "
        "Refunded on 26 November 2026 −$18.00 Refunded on 28 November 2026 −$4.50"
    ) in text
    assert "Still to pay" not in text


def test_a_refund_that_came_back_and_a_lost_dispute_are_named(order, move, read):
    move(order, "payment", 7240, 24)
    move(order, "refund", 1800, 25)
    move(order, "return", 1800, 26)
    move(order, "chargeback", 7240, 28)

    text = printed(order, read)

    assert "Refund came back on 26 November 2026 $18.00" in text
    assert "Taken back by the bank on 28 November 2026 −$72.40" in text


def test_what_is_not_paid_is_still_to_pay(order, read):
    text = printed(order, read)

    assert "Still to pay $72.40" in text
    assert "Paid on" not in text


def test_nothing_is_to_be_paid_for_a_cancelled_order(order, read):
    type(order).objects.filter(pk=order.pk).update(status="Cancelled")

    text = printed(order, read)

    assert "This order was cancelled. Nothing is to be paid." in text
    assert "Still to pay" not in text


def test_money_in_another_currency_is_named_as_such_and_pays_nothing(order, move, read):
    move(order, "payment", 7240, 24, currency="EUR")

    text = printed(order, read)

    assert "Paid on 24 November 2026 €72.40" in text
    assert "Still to pay $72.40" in text


def test_tax_is_named_if_there_is_any(order, read):
    type(order).objects.filter(pk=order.pk).update(total_excl_tax=Decimal("67.66"))

    text = printed(orders.load_order(number=order.number), read)

    assert "Total $72.40 Tax included $4.74" in text


def test_a_discount_and_a_surcharge_are_named(order, read):
    line = order.lines.first()
    line.line_price_incl_tax -= Decimal("9.90")
    line.save()
    get_model("order", "Surcharge").objects.create(
        order=order, name="Gift wrap", code="gift", incl_tax=Decimal(3), excl_tax=Decimal(3)
    )

    text = printed(orders.load_order(number=order.number), read)

    assert "Books $67.90 Discount −$9.90 Shipping: By post $4.50 Gift wrap $3.00" in text


def test_the_sellers_tax_number_is_printed_if_there_is_one(order, read, settings):
    settings.SHOP_TAX_NUMBER = "GB 123 4567 89"

    assert "Tax number GB 123 4567 89" in printed(order, read)


def test_a_currency_without_decimals_shows_none(invoice, read):
    yen = invoice(
        currency="JPY",
        lines=(Line(MY_LIFE, 2, Decimal("1200.00"), Decimal("2400.00")),),
        charges=(Charge("Shipping", Decimal("600.00")),),
        total=Decimal("3000.00"),
        payments=(Movement(date(2026, 11, 25), Decimal(3000), "JPY"),),
    )

    text = read(invoices.render(yen)).text

    assert "2 ¥1,200 ¥2,400" in text
    assert "Total ¥3,000" in text
    assert "All amounts marked ¥ are in JPY." in text


def test_a_long_invoice_keeps_its_sums_together_on_the_last_page(invoice, read):
    paper = read(invoices.render(invoice(lines=invoice().lines * 40)))

    assert len(paper.pages) > 2
    assert "Books $1,996.00 Shipping: By post $4.50 Total" in paper.pages[-1]
    assert all("Copies Price Sum" in page for page in paper.pages[:-1])


@pytest.mark.parametrize("books", [1, 20])
def test_an_invoice_asks_for_nothing_more_than_the_order(
    load, books, django_assert_num_queries
):
    order = load(*[make_edition(title=f"Book {number}") for number in range(books)])

    with django_assert_num_queries(0):
        invoices.render(invoices.of_order(order))
