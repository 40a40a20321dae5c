"""The confirmation of an order."""

from datetime import timedelta

import pytest
from django.core import mail

from bookstore.demo.stripe import checkout
from checkout import emails, orders, payments, timer
from checkout.models import OrderMail
from checkout.orders import order_url
from tests.books import make_edition

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(place):
    paperback = make_edition(title="Mother & Child", price="24.95")
    ebook = make_edition(title="The Sequel", type="epub", price="9.95")
    return place((paperback, 2), ebook)


@pytest.fixture
def settle(begin, pay, now, django_capture_on_commit_callbacks):
    def settle(order):
        attempt = begin(order)
        pay(attempt)
        with django_capture_on_commit_callbacks(execute=True):
            for _ in range(2):
                payments.sync(attempt=attempt, now=now)

    return settle


def test_a_paid_order_is_confirmed_once(order, settle, mailoutbox):
    settle(order)

    (confirmation,) = mailoutbox
    assert confirmation.to == ["ada@example.com"]
    assert confirmation.subject == f"Your order {order.number}"
    assert confirmation.from_email.startswith("Meridian Press")
    assert confirmation.extra_headers["Reply-To"] == "orders@meridian.example"
    assert OrderMail.objects.get().sent_at is not None


def test_the_confirmation_says_what_was_bought_and_what_comes_next(order, settle, mailoutbox):
    settle(order)

    text = mailoutbox[0].body
    html, kind = mailoutbox[0].alternatives[0]
    assert kind == "text/html"
    for said in (
        order.number,
        orders.order_url(order),
        "Paperback",
        "E-book (EPUB)",
        "$24.95",
        "$49.90",
        "$9.95",
        "By post",
        "$4.50",
        "$64.35",
        "1 Library Lane",
        "United States",
        "We will write to you when your e-book files are ready to download.",
        "orders@meridian.example",
    ):
        assert said in text
        assert said in html
    assert "Mother & Child" in text
    assert "Mother &amp; Child" in html
    assert "<style>" not in html.split("</title>")[1].split("data-css-inline")[0]


def test_e_books_alone_are_confirmed_without_an_address(place, settle, mailoutbox):
    settle(place(make_edition(type="pdf", price="9.95")))

    assert "parcel" not in mailoutbox[0].body
    assert "Shipping" not in mailoutbox[0].body


def test_a_free_order_says_nothing_of_a_payment(
    place, mailoutbox, stripe, now, django_capture_on_commit_callbacks
):
    order = place(make_edition(type="epub", price="0.00"))

    with django_capture_on_commit_callbacks(execute=True):
        payments.start(order=order, now=now)

    (confirmation,) = mailoutbox
    assert "payment" not in confirmation.body
    assert "payment" not in confirmation.alternatives[0][0]


def test_a_mail_server_that_fails_loses_no_mail(order, settle, mailoutbox, monkeypatch, now):
    with monkeypatch.context() as patched:
        patched.setattr(mail.EmailMultiAlternatives, "send", refuse)
        settle(order)
    owed = OrderMail.objects.get()
    assert (owed.sent_at, owed.tries, "refused" in owed.error) == (None, 1, True)

    assert emails.send_all_owed(now=now + timedelta(minutes=2)) == 1

    assert len(mailoutbox) == 1
    assert OrderMail.objects.get().sent_at is not None


def test_a_mail_under_way_is_not_sent_by_another(order, now, mailoutbox):
    owed = OrderMail.objects.create(
        order=order, kind="confirmation", created_at=now, claimed_at=now
    )

    assert not emails.send_owed(mail_id=owed.pk, now=now + timedelta(minutes=1))
    assert mailoutbox == []


def test_a_mail_whose_sender_died_is_sent_by_another(order, now, mailoutbox):
    owed = OrderMail.objects.create(
        order=order, kind="confirmation", created_at=now, claimed_at=now
    )

    assert emails.send_owed(mail_id=owed.pk, now=now + timedelta(minutes=11))
    assert len(mailoutbox) == 1


def test_a_mail_sent_twice_is_one_to_a_mail_program(order, now, mailoutbox):
    """Its sender may die between the mail server's word and the note of it."""
    owed = OrderMail.objects.create(order=order, kind="confirmation", created_at=now)
    for _ in range(2):
        OrderMail.objects.update(claimed_at=None, sent_at=None)
        assert emails.send_owed(mail_id=owed.pk, now=now)

    first, second = (mail.extra_headers["Message-ID"] for mail in mailoutbox)
    assert first == second == f"<order-mail-{owed.pk}@testserver>"


def refuse(*_args, **_kwargs):
    message = "refused"
    raise OSError(message)


def mails_after_a_debit(place, begin, debit, stripe, now, account):
    order = place(make_edition(price="24.95", copies=3))
    attempt = begin(order)
    debit(attempt, account)
    payments.sync(attempt=attempt, now=now)
    stripe.advance(4 * 24 * 60 * 60)
    for _ in range(2):
        payments.sync(attempt=attempt, now=now)
    emails.send_all_owed(now=now + timedelta(minutes=2))
    return order


def test_a_reader_whose_bank_takes_days_is_written_to_at_once(
    place, begin, debit, stripe, now, mailoutbox
):
    order = mails_after_a_debit(place, begin, debit, stripe, now, checkout.PAYS)

    assert [mail.subject for mail in mailoutbox] == [
        f"We have your order {order.number} and wait for your bank",
        f"Your order {order.number}",
    ]
    assert order_url(order) in mailoutbox[0].body


def test_a_reader_whose_bank_did_not_pay_is_told_and_has_three_days(
    place, begin, debit, stripe, now, mailoutbox, state
):
    order = mails_after_a_debit(place, begin, debit, stripe, now, checkout.REFUSES)

    mail = mailoutbox[-1]
    assert mail.subject == f"Your bank did not pay order {order.number}"
    for body in (mail.body, mail.alternatives[0].content):
        assert "three days" in body
        assert order_url(order) in body
    timer.sync_due(now=now + timedelta(days=2, hours=23))
    assert state(order).status == "Pending payment"
    timer.sync_due(now=now + timedelta(days=3, minutes=1))
    assert (state(order).status, state(order).claimed) == ("Cancelled", 0)
