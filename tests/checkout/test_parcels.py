"""Books leave the house: once, only when paid, and with a mail."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from checkout import emails, parcels, payments, refunds
from checkout.admin.forms import ParcelForm
from checkout.models import Parcel
from tests.books import make_edition, stock_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(db):
    return make_edition(title="My Life", price="24.95", copies=5)


@pytest.fixture
def buy(place, begin, pay, now):
    def buy(*books):
        order = place(*books)
        attempt = begin(order)
        pay(attempt)
        payments.sync(attempt=attempt, now=now)
        return type(order).objects.get(pk=order.pk)

    return buy


@pytest.fixture
def send(now):
    def send(order, *quantities, form_key=None, **given):
        lines = order.lines.order_by("pk")
        copies = {line.pk: number for line, number in zip(lines, quantities, strict=True)}
        parcel = parcels.send(
            order=order, copies=copies, form_key=form_key or uuid4(), now=now, **given
        )
        emails.send_all_owed(now=now + timedelta(minutes=2))
        return parcel

    return send


def test_sent_copies_leave_the_stock(buy, send, edition, state):
    order = buy((edition, 2))

    send(order, 2, carrier="Post", tracking_number="RR1")

    assert (state(order).status, state(order).claimed) == ("Dispatched", 0)
    assert (stock_of(edition).num_in_stock, stock_of(edition).num_allocated) == (3, 0)


def test_the_reader_hears_what_was_sent_where_and_how_to_follow_it(
    buy, send, edition, mailoutbox
):
    order = buy((edition, 2))

    send(
        order,
        2,
        carrier="Parcel Post",
        tracking_number="RR123",
        tracking_url="https://post.example/RR123",
    )

    mail = mailoutbox[-1]
    assert (mail.to, mail.subject) == (
        ["ada@example.com"],
        f"Your order {order.number} is on its way",
    )
    for body in (mail.body, mail.alternatives[0].content):
        for said in ("My Life", "Parcel Post", "RR123", "https://post.example/RR123"):
            assert said in body
        assert "1 Library Lane" in body


def test_an_order_in_two_parcels_is_dispatched_with_the_second(
    buy, send, edition, state, mailoutbox
):
    other = make_edition(title="1905", price="10.00", copies=1)
    order = buy((edition, 2), other)

    send(order, 2, 0)
    assert (state(order).status, state(order).claimed) == ("In progress", 1)
    assert "1905" in mailoutbox[-1].body

    send(order, 0, 1)
    assert (state(order).status, state(order).claimed) == ("Dispatched", 0)


def test_e_books_need_no_parcel(buy, send, edition, state):
    order = buy(edition, make_edition(type="epub", price="9.00"))

    send(order, 1, 0)

    assert state(order).status == "Dispatched"


def test_an_e_book_is_not_put_into_a_parcel(buy, send, edition):
    order = buy(edition, make_edition(type="epub", price="9.00"))

    with pytest.raises(parcels.NotSendable):
        send(order, 1, 1)


def test_a_second_click_sends_one_parcel(buy, send, edition, state):
    order, key = buy((edition, 2)), uuid4()

    assert send(order, 1, form_key=key) == send(order, 1, form_key=key)

    assert (Parcel.objects.count(), state(order).claimed) == (1, 1)
    assert stock_of(edition).num_in_stock == 4


def test_no_more_is_sent_than_was_bought(buy, send, edition):
    order = buy((edition, 2))
    send(order, 1)

    with pytest.raises(parcels.NotSendable, match="So many"):
        send(order, 2)


def test_an_empty_parcel_is_not_sent(buy, send, edition):
    with pytest.raises(parcels.NotSendable, match="Nothing"):
        send(buy(edition), 0)


def test_an_unpaid_order_is_not_sent(place, send, edition):
    with pytest.raises(parcels.NotSendable, match="pending payment"):
        send(place(edition), 1)


def test_copies_whose_money_is_asked_back_are_not_sent(buy, send, edition, now):
    order = buy((edition, 2))
    refunds.ask(
        order=order,
        amount=2495,
        reason="reader",
        copies={order.lines.get().pk: 1},
        form_key=uuid4(),
        now=now,
    )

    with pytest.raises(parcels.NotSendable):
        send(order, 2)
    send(order, 1)


def test_books_ordered_before_publication_are_taken_from_the_stock_when_sent(buy, send, state):
    coming = make_edition(price="20.00", copies=0, status="forthcoming")
    order = buy(coming)
    assert state(order).claimed == 0
    with pytest.raises(parcels.NotSendable, match="not enough copies"):
        send(order, 1)

    record = stock_of(coming)
    record.num_in_stock = 4
    record.save()
    send(order, 1)

    assert (stock_of(coming).num_in_stock, stock_of(coming).num_allocated) == (3, 0)
    assert state(order).status == "Dispatched"


def test_refunding_what_was_not_sent_ends_the_sending(buy, send, edition, state, now):
    order = buy((edition, 2))
    send(order, 1)
    request = refunds.ask(
        order=order,
        amount=2495,
        reason="staff",
        copies={order.lines.get().pk: 1},
        form_key=uuid4(),
        now=now,
    )

    payments.sync(attempt=request.attempt, now=now)

    assert (state(order).status, state(order).claimed) == ("Dispatched", 0)
    assert (stock_of(edition).num_in_stock, stock_of(edition).num_allocated) == (4, 0)


def test_books_that_were_sent_back_can_be_sold_again(buy, send, edition, now):
    order = buy((edition, 2))
    send(order, 2)
    request = refunds.ask(
        order=order,
        amount=2495,
        reason="returned",
        copies={order.lines.get().pk: 1},
        form_key=uuid4(),
        now=now,
    )

    payments.sync(attempt=request.attempt, now=now)

    assert (stock_of(edition).num_in_stock, stock_of(edition).num_allocated) == (4, 0)


def test_books_that_were_never_sent_cannot_have_come_back(buy, send, edition, now):
    """Else the shelf would have a copy too many."""
    order = buy((edition, 2))
    send(order, 1)
    line = order.lines.get()
    asked = {"order": order, "amount": 100, "reason": "returned", "now": now}
    refunds.ask(copies={line.pk: 1}, form_key=uuid4(), **asked)

    with pytest.raises(refunds.NotRefundable, match="are not out"):
        refunds.ask(copies={line.pk: 1}, form_key=uuid4(), **asked)


def test_two_refunds_on_their_way_give_each_copy_up_once(buy, send, edition, state, now):
    """One copy is sent, one is not: the second comes off the shelf's claims, once."""
    order = buy((edition, 2))
    send(order, 1)
    line = order.lines.get()
    asked = {"order": order, "amount": 100, "reason": "damaged", "now": now}
    for _ in range(2):
        request = refunds.ask(copies={line.pk: 1}, form_key=uuid4(), **asked)

    payments.sync(attempt=request.attempt, now=now)

    assert (state(order).status, state(order).claimed) == ("Dispatched", 0)
    assert (stock_of(edition).num_in_stock, stock_of(edition).num_allocated) == (4, 0)


def test_nothing_is_sent_while_all_the_money_is_asked_back(buy, send, edition, now):
    order = buy((edition, 2))
    refunds.ask(order=order, amount=5440, reason="goodwill", form_key=uuid4(), now=now)

    with pytest.raises(parcels.NotSendable, match="on its way back"):
        send(order, 2)


def test_an_embargoed_book_waits_and_the_others_go(buy, send, edition, state, now):
    embargoed = make_edition(
        title="1905", copies=3, embargoed_until=now.date() + timedelta(days=2)
    )
    order = buy(edition, embargoed)

    with pytest.raises(parcels.NotSendable, match="1905 is embargoed: it is not to be sent"):
        send(order, 1, 1)
    assert not Parcel.objects.exists()
    assert stock_of(embargoed).num_allocated == 1
    send(order, 1, 0)

    assert state(order).status == "In progress"
    type(embargoed).objects.filter(pk=embargoed.pk).update(embargoed_until=now.date())
    send(order, 0, 1)
    assert state(order).status == "Dispatched"


def test_the_form_of_a_parcel_leaves_an_embargoed_book_in_the_house(buy, edition, now):
    embargoed = make_edition(
        title="1905", copies=3, embargoed_until=timezone.localdate() + timedelta(days=2)
    )
    order = buy(edition, embargoed)

    form = ParcelForm(order=order)

    assert [field.initial for _, field in form.lines()] == [1, 0]
