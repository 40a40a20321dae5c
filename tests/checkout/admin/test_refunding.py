"""Staff give money back: fill in, check, confirm."""

from uuid import uuid4

import pytest

from checkout import refunds
from checkout.models import RefundRequest
from tests.books import make_edition, stock_of

pytestmark = pytest.mark.django_db

DISPUTED_CARD = "4000000000000259"


@pytest.fixture
def line(order):
    return f"copies_{order.lines.get().pk}"


@pytest.fixture
def form(desk, paid):
    return desk.order(paid, "refund")


def test_the_page_says_how_much_is_held_and_of_what(form, line):
    assert "$54.40 of this order can be given back" in form.words
    assert "The shipping price, $4.50" in form.words
    assert form.rows("order-table")[0][:5] == [
        form.rows("order-table")[0][0],
        "$24.95",
        "2",
        "0",
        "0",
    ]


def test_the_shop_works_out_what_it_comes_to_before_anything_is_done(form, line):
    check = form.send(
        **{line: "1", "has_shipping": "on", "other": "0.55", "reason": "goodwill"}
    )

    assert "Refund $30.00" in check.buttons
    for said in ("1 copy at $24.95", "Goodwill", "Left after it $24.40"):
        assert said in check.words
    assert not RefundRequest.objects.exists()


def test_confirming_gives_the_money_back(form, line, desk, order, state, logged, edition):
    check = form.send(**{line: "1", "reason": "goodwill", "note": "A bent corner"})

    page = check.send(confirm="2495")

    assert page.messages == ["Refund of $24.95 was sent back."]
    assert state(order).movements == [("payment", 5440), ("refund", 2495)]
    request = RefundRequest.objects.get()
    assert (request.reason, request.note, request.asked_by) == (
        "goodwill",
        "A bent corner",
        desk.user,
    )
    assert [(each.line, each.quantity) for each in request.lines.all()] == [
        (order.lines.get(), 1)
    ]
    assert logged(order) == [("staff@example.com", "Refunded $24.95: goodwill")]
    assert stock_of(edition).num_allocated == 1


def test_copies_that_cannot_be_sold_again_leave_the_stock(form, line, edition):
    check = form.send(**{line: "1", "reason": "damaged", "copies_come_back": None})
    assert "Cannot be sold again" in check.words

    check.send(confirm="2495")

    assert not RefundRequest.objects.get().copies_come_back
    assert stock_of(edition).num_in_stock == 8


def test_all_of_the_money_ends_the_order(form, order, state):
    check = form.send(other="54.40", reason="staff")
    assert "the order ends as Refunded" in check.words

    check.send(confirm="5440")

    assert state(order).status == "Refunded"


def test_one_can_go_back_from_the_check_with_everything_kept(form, line):
    check = form.send(**{line: "1", "other": "3", "reason": "damaged", "note": "Wet"})

    again = check.send(change="")

    kept = {name: again.fields[name] for name in (line, "other", "reason", "note", "form_key")}
    assert kept == {
        line: "1",
        "other": "3",
        "reason": "damaged",
        "note": "Wet",
        "form_key": form.fields["form_key"],
    }
    assert again.errors == {}


def test_a_second_click_refunds_once(form, order, state, logged):
    check = form.send(other="5", reason="goodwill")

    check.send(confirm="500")
    second = check.send(confirm="500")

    assert state(order).movements == [("payment", 5440), ("refund", 500)]
    assert "nothing more is" in second.messages[0]
    assert len(logged(order)) == 1


def test_another_total_than_the_one_that_was_read_is_shown_first(form):
    check = form.send(other="5", reason="goodwill")

    again = check.send(other="50", confirm="500")

    assert "Refund $50.00" in again.buttons
    assert not RefundRequest.objects.exists()


@pytest.mark.parametrize(
    ("given", "field", "told"),
    [
        ({"other": "54.41"}, "form", "That comes to $54.41: only $54.40 is left."),
        ({}, "form", "Please choose copies, the shipping price or an amount."),
        ({"other": "-1"}, "other", "Ensure this value is greater than or equal to 0."),
        ({"other": "1.005"}, "other", "Ensure that there are no more than 2 decimal places."),
        ({"other": "much"}, "other", "Enter a number."),
        ({"other": "1", "reason": ""}, "reason", "Please choose a reason."),
        ({"copies": "3"}, "copies", "At most 2."),
        ({"copies": "-1"}, "copies", "Please give 0 or more."),
        ({"copies": "x"}, "copies", "Please give a number."),
    ],
)
def test_what_is_wrong_stands_beside_the_field_and_the_rest_is_kept(
    form, line, given, field, told
):
    given = {"reason": "goodwill", "note": "Kept"} | given
    if "copies" in given:
        given[line] = given.pop("copies")

    page = form.send(**given)

    beside = line if field == "copies" else field
    assert list(page.errors) == [beside]
    assert page.errors[beside][0].startswith(told)
    assert {name: page.fields[name] for name in given} == given
    assert page.fields["form_key"] == form.fields["form_key"]


def test_reasons_that_only_the_shop_itself_has_are_not_taken(form):
    page = form.send(other="1", reason="late")

    assert list(page.errors) == ["reason"]


def test_a_forged_form_key_is_refused(form):
    assert "form_key" in form.send(other="1", reason="goodwill", form_key="x").text
    assert not RefundRequest.objects.exists()


def test_money_that_went_in_the_meantime_is_not_given_twice(form, order, now):
    check = form.send(other="50", reason="goodwill")
    refunds.ask(order=order, amount=5000, reason="staff", form_key=uuid4(), now=now)

    page = check.send(confirm="5000")

    assert page.errors == {"form": ["That comes to $50.00: only $4.40 is left."]}
    assert page.fields["other"] == "50"


def test_what_was_refunded_before_is_told(form, line, desk, order):
    form.send(**{line: "2", "reason": "damaged"}).send(confirm="4990")

    page = desk.order(order, "refund")

    assert "Refund of $49.90 before: lost or damaged (sent back)" in page.words
    assert "All copies are refunded already." in page.words


def test_stripe_being_down_leaves_the_refund_to_the_timer(form, order, shop, logged):
    check = form.send(other="5", reason="goodwill")
    shop.STRIPE_API_BASE = "http://127.0.0.1:9"

    page = check.send(confirm="500")

    assert "it goes by itself" in page.messages[0]
    assert RefundRequest.objects.get().state == "new"
    assert logged(order)[0][1] == "Asked to refund $5.00: goodwill"
    assert "Refund not sent yet" in page.words


def test_an_order_without_money_is_not_refunded(desk, order):
    page = desk.order(order, "refund")

    assert "no money of it is held" in page.messages[0]


def test_a_disputed_order_is_not_refunded(desk, order, pay_for):
    pay_for(order, DISPUTED_CARD)

    page = desk.order(order, "refund")

    assert "until the dispute is decided" in page.messages[0]


def test_a_dispute_that_arrives_in_the_meantime_is_told_on_the_form(form, order, now):
    check = form.send(other="5", reason="goodwill")
    order.disputes.create(
        id="du_1", intent_id="pi_1", amount=1, currency="USD", status="x", opened_at=now
    )

    page = check.send(confirm="500")

    assert "The reader's bank holds the money" in page.errors["form"][0]
    assert page.fields["other"] == "5"


def test_the_shipping_of_an_order_of_e_books_is_not_offered(desk, place, pay_for):
    order = place(make_edition(type="epub", price="9.00"))
    pay_for(order)

    assert "shipping price" not in desk.order(order, "refund").words


def test_the_shipping_price_goes_back_once(form, desk, paid, line):
    form.send(has_shipping="on", reason="goodwill").send(confirm="450")

    again = desk.order(paid, "refund")

    assert "has_shipping" not in {field.name for field in again.tree.forms[-1].inputs}
    assert (
        "Refund of $4.50 before: goodwill (sent back), with the shipping price" in again.words
    )


def test_two_editions_of_a_work_are_told_apart(desk, place, pay_for, edition):
    ebook = make_edition(work=edition.parent, type="epub")
    order = place(edition, ebook)
    pay_for(order)

    words = desk.order(order, "refund").words

    assert "Copies of My Life (Paperback)" in words
    assert "Copies of My Life (E-book (EPUB))" in words
