"""A new interruption holds back parcels that were paid already."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from checkout import affected, emails, held, held_up, parcels, payments
from checkout.models import HeldParcel
from checkout.orders import load_order, order_url
from checkout.papers import invoice
from shipping.models import Interruption
from tests.books import make_edition, make_work, stock_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(db):
    return make_work("My Life")


@pytest.fixture
def paperback(work):
    return make_edition(work, price="24.95", copies=5)


@pytest.fixture
def epub(work):
    return make_edition(work, type="epub", price="9.99")


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
def suspend(now):
    def suspend(*codes, **fields):
        made = Interruption.objects.create(
            title="Strike",
            message="The post is on strike.",
            severity="suspended",
            starts_at=now - timedelta(hours=1),
            **fields,
        )
        made.countries.set(codes)
        return made

    return suspend


@pytest.fixture
def question(now):
    """Ask the reader of an order; return the question."""

    def question(order, interruption):
        assert held.ask(order=order, interruption=interruption, now=now)
        return HeldParcel.objects.get(order=order)

    return question


def afresh(order):
    return type(order).objects.get(pk=order.pk)


def test_only_paid_orders_with_something_to_send_there_are_affected(
    buy, place, paperback, epub, suspend, now
):
    waiting = buy(paperback)
    place(paperback)
    buy(epub)
    sent = buy(paperback)
    copies = {sent.lines.get().pk: 1}
    parcels.send(order=sent, copies=copies, form_key=uuid4(), now=now)

    def found(**fields):
        return [each.order for each in affected.parcels(interruption=suspend("US", **fields))]

    assert found() == [waiting]
    assert found(postcodes=["021"]) == [waiting]
    assert found(postcodes=["9"]) == []


def test_a_reader_is_asked_once_by_mail(buy, paperback, epub, suspend, now, mailoutbox):
    order, strike = buy(paperback), suspend("US")

    asked = [held.ask(order=order, interruption=strike, now=now) for _ in range(2)]
    emails.send_all_owed(now=now + timedelta(minutes=2))

    assert asked == [True, False]
    (mail,) = [each for each in mailoutbox if "held back" in each.subject]
    for body in (mail.body, mail.alternatives[0].content):
        for said in (
            "The post is on strike.",
            "$19.46",
            "$29.45",
            f"{order_url(order)}parcel/",
        ):
            assert said in body


def test_waiting_leaves_all_as_it_is_and_can_be_changed(
    buy, paperback, suspend, question, state, now
):
    order = buy(paperback)
    asked = question(order, suspend("US"))

    held.choose(held=asked, choice="wait", now=now)
    assert (state(order).status, state(order).claimed) == ("Paid", 1)

    held.choose(held=asked, choice="refund", now=now)
    assert state(order).status == "Refunded"


def test_a_refund_gives_back_books_and_postage_and_frees_the_copies(
    buy, paperback, suspend, question, state, now
):
    order = buy((paperback, 2))
    held.choose(held=question(order, suspend("US")), choice="refund", now=now)

    assert state(order).movements == [("payment", 5440), ("refund", 5440)]
    assert (state(order).status, stock_of(paperback).num_allocated) == ("Refunded", 0)


def test_a_refund_leaves_the_e_books_of_the_order(
    buy, paperback, epub, suspend, question, state, now
):
    order = buy(paperback, epub)
    held.choose(held=question(order, suspend("US")), choice="refund", now=now)

    assert state(order).movements == [("payment", 3944), ("refund", 2945)]
    assert (state(order).status, state(order).claimed) == ("Paid", 0)


def test_the_e_book_comes_instead_and_the_difference_goes_back(
    buy, paperback, epub, suspend, question, state, now
):
    order = buy((paperback, 2))
    held.choose(held=question(order, suspend("US")), choice="swap", now=now)

    changed = afresh(order)
    line = changed.lines.get()
    assert (line.product, line.quantity, line.num_allocated) == (epub, 1, 0)
    assert changed.total_incl_tax == Decimal("9.99")
    assert state(order).movements == [("payment", 5440), ("refund", 4441)]
    assert state(order).status == "Paid"
    assert (stock_of(paperback).num_in_stock, stock_of(paperback).num_allocated) == (5, 0)


def test_an_e_book_dearer_than_the_print_costs_nothing_more(
    buy, work, suspend, question, state, now
):
    cheap = make_edition(work, price="5.00", copies=3)
    make_edition(work, type="epub", price="9.99")
    order = buy(cheap)

    held.choose(held=question(order, suspend("US")), choice="swap", now=now)

    assert afresh(order).total_incl_tax == Decimal("5.00")
    assert state(order).movements == [("payment", 950), ("refund", 450)]


def test_without_an_e_book_there_is_no_swap(buy, paperback, suspend, question, state, now):
    order = buy(paperback)
    asked = question(order, suspend("US"))

    with pytest.raises(held.NotPossible):
        held.choose(held=asked, choice="swap", now=now)

    asked.refresh_from_db()
    assert (asked.choice, state(order).movements) == ("", [("payment", 2945)])


def test_what_is_decided_is_decided_once(buy, paperback, epub, suspend, question, state, now):
    order = buy(paperback)
    asked = question(order, suspend("US"))
    held.choose(held=asked, choice="swap", now=now)

    with pytest.raises(held.NotPossible):
        held.choose(held=asked, choice="refund", now=now)

    assert state(order).movements == [("payment", 2945), ("refund", 1946)]


def test_what_was_sent_meanwhile_is_not_refunded(buy, paperback, suspend, question, state, now):
    order, strike = buy(paperback), suspend("US")
    asked = question(order, strike)
    strike.ends_at = now - timedelta(minutes=1)
    strike.save()
    copies = {order.lines.get().pk: 1}
    parcels.send(order=order, copies=copies, form_key=uuid4(), now=now)

    with pytest.raises(held.NotPossible, match="Nothing of this order waits"):
        held.choose(held=asked, choice="refund", now=now)

    assert state(order).movements == [("payment", 2945)]


def test_a_reader_chooses_by_the_link(client, buy, paperback, epub, suspend, question, state):
    order = buy(paperback)
    question(order, suspend("US"))
    path = order_url(order).removeprefix("http://testserver")

    assert "Choose what we shall do" in client.get(path).text
    page = client.get(f"{path}parcel/").text
    for said in ("The post is on strike.", "$19.46 back", "$29.45 back"):
        assert said in page
    assert "Please choose one." in client.post(f"{path}parcel/").text
    assert state(order).movements == [("payment", 2945)]

    after = client.post(f"{path}parcel/", {"choice": "swap"}, follow=True).text

    assert "The printed books could not be sent: you get the e-books instead." in after
    assert "Parcel to" not in after
    assert "You have chosen" in client.get(f"{path}parcel/").text
    assert state(order).movements == [("payment", 2945), ("refund", 1946)]


def test_a_wrong_link_chooses_nothing(client, buy, paperback, suspend, question, state):
    order = buy(paperback)
    question(order, suspend("US"))

    answer = client.post(f"/orders/{order.number}/x/parcel/", {"choice": "refund"})

    assert (answer.status_code, state(order).status) == (404, "Paid")


def test_an_order_that_nothing_holds_asks_nothing(client, buy, paperback):
    order = buy(paperback)
    path = order_url(order).removeprefix("http://testserver")

    assert client.get(f"{path}parcel/").status_code == 302
    assert "held back" not in client.get(path).text


def test_a_swapped_order_prints_an_invoice_that_adds_up(
    buy, paperback, epub, suspend, question, now
):

    order = buy(paperback)
    held.choose(held=question(order, suspend("US")), choice="swap", now=now)

    found = invoice.of_order(load_order(number=order.number))

    assert (found.books, found.total, found.due) == (Decimal("9.99"), Decimal("9.99"), 0)


@pytest.fixture
def staff(admin_client):
    return admin_client


def test_staff_see_who_is_held_and_decide_for_all(staff, buy, paperback, epub, suspend, state):
    first, second, strike = buy(paperback), buy(paperback), suspend("US")
    url = f"/admin/order/order/held/{strike.pk}/"
    assert url in staff.get(f"/admin/shipping/interruption/{strike.pk}/change/").text
    page = staff.get(url).text
    assert first.number in page
    assert "$29.45" in page

    both = {"order": [first.pk, second.pk], "act": "refund"}
    check = staff.post(url, both).text
    assert "for 2 orders" in check
    assert state(first).status == "Paid"
    staff.post(url, {**both, "confirm": "1"})

    assert [state(each).status for each in (first, second)] == ["Refunded"] * 2
    assert "No paid order waits to be sent there." in staff.get(url).text


def test_staff_let_readers_choose(staff, buy, paperback, suspend, state):
    order, strike = buy(paperback), suspend("US")
    url = f"/admin/order/order/held/{strike.pk}/"

    staff.post(url, {"order": [order.pk], "act": "ask", "confirm": "1"})

    assert "held" in state(order).mails
    assert "asked" in staff.get(url).text


def test_staff_who_may_not_refund_decide_nothing(client, django_user_model, suspend, address):
    address()
    user = django_user_model.objects.create_user(email="s@example.com", password="x")
    user.is_staff = True
    user.save()
    client.force_login(user)

    assert client.post(f"/admin/order/order/held/{suspend('US').pk}/").status_code == 403


def test_a_work_whose_e_book_was_bought_too_is_not_swapped_for_it(
    buy, paperback, epub, suspend, question, now
):
    order = buy(paperback, epub)

    with pytest.raises(held.NotPossible, match="Not every book"):
        held.choose(held=question(order, suspend("US")), choice="swap", now=now)


@pytest.fixture
def over(now):
    """Let an interruption be over by now."""

    def over(interruption):
        Interruption.objects.filter(pk=interruption.pk).update(ends_at=now)

    return over


def test_what_is_over_holds_nothing_and_lets_nobody_choose(
    client, buy, paperback, suspend, question, over, state, now
):
    order, strike = buy(paperback), suspend("US")
    asked = question(order, strike)
    path = order_url(order).removeprefix("http://testserver")
    over(strike)

    with pytest.raises(held.NotPossible, match="Parcels go there again"):
        held.choose(held=asked, choice="refund", now=now)
    assert "held back" not in client.get(path).text
    page = client.get(f"{path}parcel/").text
    assert "Your parcel is no longer held back" in page
    assert "Confirm this choice" not in page
    after = client.post(f"{path}parcel/", {"choice": "refund"}, follow=True).text

    assert "Parcels go there again, so this one will be sent." in after
    assert state(order).movements == [("payment", 2945)]


def test_what_only_informs_asks_nobody(buy, paperback, suspend, now):
    order = buy(paperback)
    delay = suspend("US")
    Interruption.objects.update(severity="delay")

    with pytest.raises(held.NotPossible):
        held.ask(order=order, interruption=delay, now=now)

    assert not HeldParcel.objects.exists()


def test_staff_who_cannot_swap_ask_the_reader_nothing(buy, paperback, suspend, now, admin_user):
    order = buy(paperback)

    with pytest.raises(held.NotPossible):
        held.decide(
            order=order, interruption=suspend("US"), choice="swap", by=admin_user, now=now
        )

    assert not HeldParcel.objects.exists()


def test_staff_who_waited_may_still_ask(buy, paperback, suspend, state, now, admin_user):
    order, strike = buy(paperback), suspend("US")
    held.decide(order=order, interruption=strike, choice="wait", by=admin_user, now=now)

    assert held.ask(order=order, interruption=strike, now=now)
    assert "held" in state(order).mails


def test_of_two_interruptions_the_open_one_is_asked_about(
    client, buy, paperback, suspend, question, over, now
):
    order, strike, flood = buy(paperback), suspend("US"), suspend("US")
    Interruption.objects.filter(pk=flood.pk).update(message="The harbour is flooded.")
    flood.refresh_from_db()
    question(order, strike)
    held.ask(order=order, interruption=flood, now=now)
    path = order_url(order).removeprefix("http://testserver")
    over(strike)

    page = client.get(f"{path}parcel/").text

    assert "The harbour is flooded." in page
    assert "Confirm this choice" in page


def test_staff_decide_for_all_without_ticking_each(staff, buy, paperback, epub, suspend, state):
    orders, strike = [buy(paperback), buy(paperback)], suspend("US")
    url = f"/admin/order/order/held/{strike.pk}/"

    check = staff.post(url, {"all": "1", "act": "swap"}).text
    assert "In all $38.92 goes back." in check
    assert "Nothing has happened yet." in check
    ticked = [order.pk for order in orders]
    staff.post(url, {"order": ticked, "act": "swap", "confirm": "1"})

    assert [state(each).movements[-1] for each in orders] == [("refund", 1946)] * 2


def test_what_was_ticked_stays_ticked_when_nothing_was_chosen(staff, buy, paperback, suspend):
    order, strike = buy(paperback), suspend("US")

    page = staff.post(f"/admin/order/order/held/{strike.pk}/", {"order": [order.pk]}).text

    assert "choose what to do" in page
    assert f'value="{order.pk}" checked' in page


def test_the_order_of_a_held_parcel_leads_staff_to_the_decision(staff, buy, paperback, suspend):
    order, strike = buy(paperback), suspend("US")

    for page in [f"{order.pk}/change/", f"{order.pk}/parcel/"]:
        text = staff.get(f"/admin/order/order/{page}").text
        assert "are suspended:</strong> The post is on strike." in text
        assert f'href="/admin/order/order/held/{strike.pk}/"' in text


def test_an_order_whose_parcel_is_decided_is_not_called_held(
    staff, buy, paperback, epub, suspend, question, now
):
    order = buy(paperback)
    held.choose(held=question(order, suspend("US")), choice="swap", now=now)

    assert "are suspended" not in staff.get(f"/admin/order/order/{order.pk}/change/").text


def test_the_mail_about_the_difference_says_that_the_e_books_come(
    buy, paperback, epub, suspend, question, now, mailoutbox
):
    order = buy(paperback)
    held.choose(held=question(order, suspend("US")), choice="swap", now=now)
    emails.send_all_owed(now=now + timedelta(minutes=2))

    (mail,) = [each for each in mailoutbox if "goes back" in each.subject]
    for body in (mail.body, mail.alternatives[0].content):
        assert "You get the e-books in the place of the printed books" in body


def test_a_reader_sees_that_staff_decided(client, buy, paperback, suspend, admin_user, now):
    order, strike = buy(paperback), suspend("US")
    held.decide(order=order, interruption=strike, choice="refund", by=admin_user, now=now)
    path = order_url(order).removeprefix("http://testserver")

    page = client.get(f"{path}parcel/").text

    assert "It is decided" in page
    assert "We decided this for you" in page


def test_who_has_not_paid_is_told_of_a_suspension_before_paying(
    client, place, paperback, suspend, stripe
):
    order = place(paperback)
    address = order_url(order).removeprefix("http://testserver")
    assert "cannot be sent now" not in client.get(address).text
    strike = suspend("US", ends_at=None)

    unread = client.post(f"{address}pay/", follow=True)
    read = client.post(f"{address}pay/", {"told": strike.pk})

    assert unread.redirect_chain[-1][0] == address
    assert "Nothing was charged: your parcel cannot be sent now." in unread.text
    assert "The post is on strike. Until further notice." in unread.text
    assert f'name="told" value="{strike.pk}"' in unread.text
    assert "/c/pay/" in read.url


def test_the_confirmation_of_what_was_paid_during_a_suspension_says_so(
    client, buy, paperback, suspend, mailoutbox, now
):
    suspend("US")

    order = buy(paperback)
    emails.send_all_owed(now=now + timedelta(minutes=2))

    page = client.get(order_url(order).removeprefix("http://testserver")).text
    (mail,) = [each for each in mailoutbox if each.subject.startswith("Your order")]
    for text in (page, mail.body, mail.alternatives[0].content):
        assert "Your parcel cannot be sent now." in text
        assert "The post is on strike. Until further notice." in text
        assert "We pack your parcel" not in text


def test_e_books_are_held_up_by_no_suspension(client, place, epub, suspend, stripe):
    order = place(epub)
    suspend("US")
    address = order_url(order).removeprefix("http://testserver")

    assert "cannot be sent now" not in client.get(address).text
    assert "/c/pay/" in client.post(f"{address}pay/").url


def test_the_first_page_of_the_admin_names_what_holds_back_orders_nobody_asked_about(
    staff, buy, paperback, epub, suspend, question, now
):
    asked, _, _ = buy(paperback), buy(paperback), buy(epub)
    suspend("US", postcodes=["9"])
    strike = suspend("US")
    question(asked, strike)

    page = staff.get("/admin/").text

    assert page.count("paid order is held back by “Strike”") == 1
    assert f'href="/admin/order/order/held/{strike.pk}/"' in page


def test_what_is_held_back_is_counted_in_as_many_queries_however_many_orders(
    buy, paperback, suspend, now, django_assert_max_num_queries
):
    for _ in range(3):
        buy(paperback)
    suspend("US")
    suspend()

    with django_assert_max_num_queries(6):
        found = held_up.unasked(now=now)

    assert [count for _, count in found] == [3, 3]


def test_a_parcel_that_is_held_back_is_not_packed(staff, buy, paperback, suspend, now):
    order = buy(paperback)
    suspend("US")

    with pytest.raises(parcels.NotSendable, match="are suspended: The post is on strike"):
        parcels.begin_packing(order=order, now=now)

    assert afresh(order).status == "Paid"
