"""An order's page in the admin: how it stands, what happened, what can be done."""

from uuid import uuid4

import pytest

from checkout import notices, parcels, payments, refunding
from checkout.models import OrderMail, PaymentAttempt, StaffNotice
from tests.books import make_edition
from tests.test_admin_site import InlineCode

pytestmark = pytest.mark.django_db

DISPUTED_CARD, FAILING_REFUND_CARD = "4000000000000259", "4000000000005126"
A_WEEK = 7 * 24 * 60 * 60
ALWAYS = ["Add note"]


def test_it_shows_the_books_with_what_was_bought_sent_and_refunded(desk, paid, now):
    line = paid.lines.get()
    parcels.send(order=paid, copies={line.pk: 1}, form_key=uuid4(), now=now)

    page = desk.order(paid)

    cells = page.rows("order-table:not(.order-timeline)")[0]
    assert cells[0].startswith("My Life Paperback 97")
    assert cells[1:] == ["$24.95", "2", "1", "0", "1", "1", "$49.90"]


def test_it_shows_the_reader_the_address_and_the_money(desk, paid):
    words = desk.order(paid).words

    for said in ("ada@example.com", "1 Library Lane", "By post, $4.50", "Paid $54.40"):
        assert said in words


def test_what_happened_is_told_in_one_list_oldest_first(desk, order, stripe, pay_for, now):
    attempt = pay_for(order, FAILING_REFUND_CARD)
    desk.order(order, "refund").send(other="5", reason="goodwill", note="Bent").send(
        confirm="500"
    )
    stripe.advance(A_WEEK)
    payments.sync(attempt=attempt, now=now)
    desk.order(order, "parcel").send(carrier="Post", tracking_number="RR1")
    desk.presses(order, "note", message="The reader telephoned.")

    told = [row[1:] for row in desk.order(order).rows("order-timeline")]

    subjects_and_words = [(subject, what) for subject, what, _ in told]
    movement = order.money_movements.get(kind="payment")
    assert told[0] == ["Order", "Placed", "The reader"]
    assert ["Payment", "Page 1 for $54.40: paid", ""] in told
    assert ["Money", f"Payment of $54.40 {movement.pk}", ""] in told
    assert [row for row in told if row[1].startswith("$5.00 asked for: Goodwill (failed) Bent")]
    for kind in ("Refund of $5.00", "Refund that came back of $5.00"):
        assert [what for subject, what in subjects_and_words if what.startswith(kind)]
    assert ["Parcel", "Sent by Post, RR1 Its packing slip 2 of My Life", "Sam Staff"] in told
    assert ["Note", "The reader telephoned.", "Sam Staff"] in told
    assert ["Status", "Pending payment → Paid", ""] in told
    assert ["Staff", "Refunded $5.00: goodwill", "Sam Staff"] in told
    assert ["Mail", "Order confirmation: sent", ""] in told
    assert any(subject == "Notice" for subject, _ in subjects_and_words)


def test_a_mail_that_does_not_go_out_is_told_with_the_reason(desk, paid):
    OrderMail.objects.update(sent_at=None, tries=3, error="SMTPServerDisconnected()")

    rows = desk.order(paid).rows("order-timeline")

    (mail,) = [row[2] for row in rows if row[1] == "Mail"]
    assert mail == "Order confirmation: not sent yet, 3 tries SMTPServerDisconnected()"


def test_a_dispute_is_told_with_the_day_to_answer_by(desk, order, pay_for):
    pay_for(order, DISPUTED_CARD)

    page = desk.order(order)

    (dispute,) = [row[2] for row in page.rows("order-timeline") if row[1] == "Dispute"]
    assert dispute.startswith("The reader's bank asks for $54.40 back (fraudulent)")
    assert "To be answered by" in dispute
    assert "Needs attention: Disputed by the bank" in page.words


def test_only_what_is_possible_now_is_offered(desk, order, begin, pay_for, now):
    assert desk.order(order).buttons == ["Cancel the order", *ALWAYS]

    begin(order)
    assert desk.order(order).buttons == ["Cancel the order", "Ask Stripe again", *ALWAYS]

    pay_for(order)
    small = ["Ask Stripe again", "Resend confirmation", *ALWAYS]
    assert desk.order(order).buttons == [
        *("Begin packing", "Dispatch", "Refund", "Cancel the order"),
        *small,
    ]

    desk.presses(order, "packing")
    assert desk.order(order).buttons == ["Dispatch", "Refund", "Cancel the order", *small]

    desk.order(order, "parcel").send()
    assert desk.order(order).buttons == ["Refund", *small]

    refunding.refund(
        order=order,
        choice=refunding.Choice(copies={order.lines.get().pk: 2}, has_shipping=True),
        reason="returned",
        form_key=uuid4(),
        now=now,
    )
    assert desk.order(order).buttons == ["Ask Stripe again", *ALWAYS]


def test_nothing_is_refunded_cancelled_or_sent_while_the_bank_decides(desk, order, pay_for):
    pay_for(order, DISPUTED_CARD)

    assert desk.order(order).buttons == [
        *("Done", "Ask Stripe again", "Resend confirmation"),
        *ALWAYS,
    ]


def test_an_order_of_e_books_is_not_packed(desk, place, pay_for):
    order = place(make_edition(type="epub", price="9.00"))
    pay_for(order)

    assert "Dispatch" not in desk.order(order).buttons
    assert "Begin packing" not in desk.order(order).buttons


def test_stripe_is_asked_again_at_one_press(desk, order, begin, pay, state, logged):
    pay(begin(order))

    page = desk.presses(order, "stripe")

    assert page.messages == ["Stripe was asked; what it said is below."]
    assert state(order).status == "Paid"
    assert logged(order) == [("staff@example.com", "Asked Stripe again")]


def test_stripe_being_down_is_told(desk, order, begin, shop, logged):
    begin(order)
    shop.STRIPE_API_BASE = "http://127.0.0.1:9"

    page = desk.presses(order, "stripe")

    assert "Stripe could not be asked" in page.messages[0]
    assert logged(order) == []


def test_the_confirmation_goes_out_again_once_a_click(desk, paid, mailoutbox, logged, now):
    form = desk.order(paid)
    number = form.tree.xpath('//input[@name="number"]/@value')
    assert number == ["1"]

    for _ in range(2):
        desk.presses(paid, "confirmation", number="1")

    about = list(paid.mails.values_list("about", flat=True))
    assert about == ["", "again 1"]
    assert logged(paid) == [("staff@example.com", "Sent the confirmation again")]


@pytest.mark.parametrize("number", ["", "0", "2", "-1", "x", "99999999999999999999"])
def test_no_other_number_sends_a_confirmation(desk, paid, number):
    desk.presses(paid, "confirmation", number=number)

    assert paid.mails.count() == 1


def test_an_unpaid_order_is_not_confirmed(desk, order):
    page = desk.presses(order, "confirmation", number="1")

    assert "there is nothing to confirm" in page.messages[0]
    assert not order.mails.exists()


def test_a_note_is_kept_with_who_wrote_it_once_a_click(desk, order):
    for _ in range(2):
        desk.presses(order, "note", message="Called <b>twice</b>.")

    note = order.notes.get()
    assert (note.message, note.user) == ("Called <b>twice</b>.", desk.user)
    assert "<b>twice" not in desk.order(order).text


def test_an_empty_note_is_refused_and_a_long_one_kept_in_the_form(desk, order):
    assert desk.presses(order, "note", message=" ").errors["message"] == [
        "Please write something."
    ]

    page = desk.presses(order, "note", message="long" * 1000)

    assert page.fields["message"] == "long" * 1000
    assert not order.notes.exists()


def test_an_open_notice_is_on_top_until_somebody_has_done_it(desk, order, now, logged):
    told = {"kind": StaffNotice.Kind.MISMATCH, "about": "1", "order": order, "now": now}
    notices.tell(text="The amounts differ.", **told)
    page = desk.order(order)
    assert "The amounts differ." in page.content.find_class("order-alarm")[0].text_content()

    notice = StaffNotice.objects.get()
    after = desk.posts(f"/admin/checkout/staffnotice/{notice.pk}/done/")

    notice.refresh_from_db()
    assert notice.done_by == desk.user
    assert not after.content.find_class("order-alarm")
    said = "Notice done: A payment is not what was asked for"
    assert logged(order) == [("staff@example.com", said)]


def test_a_payment_that_differs_is_to_be_checked(desk, order, begin):
    begin(order)
    PaymentAttempt.objects.update(state="review", note="Paid, but the amounts differ.")

    page = desk.order(order)

    assert "Needs attention: Payment to be checked" in page.words
    assert "Page 1 for $54.40: to be checked Paid, but the amounts differ." in page.words


@pytest.mark.parametrize("name", ["change", "refund", "parcel", "cancellation"])
def test_the_pages_carry_no_inline_code(desk, paid, name):
    finder = InlineCode()

    finder.feed(desk.order(paid, name).text)

    assert finder.found == []


def test_an_order_that_is_not_there_leads_back(desk):
    page = desk.opens("/admin/order/order/999999999999999999999/change/")

    assert "exist" in page.messages[0]


def test_staff_see_what_the_reader_sees(desk, paid):
    page = desk.order(paid)

    (url,) = page.tree.xpath('//a[text()="The reader\'s page"]/@href')
    assert "Thank you" in desk.client.get(url).text


@pytest.mark.parametrize("times", [1, 6])
def test_the_page_costs_the_same_however_much_happened(
    desk, paid, now, times, django_assert_num_queries
):
    for number in range(times):
        desk.presses(paid, "note", message=f"Note {number}")
        desk.order(paid, "refund").send(other="1", reason="goodwill").send(confirm="100")
        told = {"kind": "stripe", "order": paid, "now": now, "text": "No answer."}
        notices.tell(about=str(number), **told)
    desk.order(paid)

    with django_assert_num_queries(35):
        desk.order(paid)
