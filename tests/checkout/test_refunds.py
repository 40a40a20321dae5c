"""Money goes back: asked for by staff, by the reader, or made in Stripe's dashboard."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from bookstore.demo.stripe import refunds as at_stripe
from checkout import parcels, payments, refunds
from checkout.models import RefundRequest, StaffNotice
from tests.books import make_edition, stock_of

pytestmark = pytest.mark.django_db

PENDING_REFUND_CARD, FAILING_REFUND_CARD = "4000000000007726", "4000000000005126"
A_WEEK = 7 * 24 * 60 * 60
FORM = UUID("00000000-0000-4000-8000-000000000001")


@pytest.fixture
def edition(db):
    return make_edition(price="24.95", copies=5)


@pytest.fixture
def order(place, edition):
    return place((edition, 2))


@pytest.fixture
def paid(order, begin, pay, now):
    """The order's payment; by another card, if one is given."""

    def paid(card="4242424242424242"):
        attempt = begin(order)
        pay(attempt, card=card)
        return payments.sync(attempt=attempt, now=now)

    return paid


@pytest.fixture
def refund(order, now):
    def refund(amount, *, copies=0, reason="goodwill", form_key=None, **given):
        line = order.lines.get()
        request = refunds.ask(
            order=order,
            amount=amount,
            reason=reason,
            copies={line.pk: copies},
            form_key=form_key or uuid4(),
            now=now,
            **given,
        )
        payments.sync(attempt=request.attempt, now=now)
        request.refresh_from_db()
        return request

    return refund


def test_a_refund_in_part_leaves_the_order_paid(paid, refund, order, state, edition):
    paid()

    request = refund(2495, copies=1, reason="staff")

    found = state(order)
    assert (request.state, found.status) == ("succeeded", "Paid")
    assert found.movements == [("payment", 5440), ("refund", 2495)]
    assert (found.claimed, found.mails) == (1, ["confirmation", "refund"])
    assert (stock_of(edition).num_in_stock, stock_of(edition).num_allocated) == (5, 1)


def test_a_refund_of_everything_ends_the_order_and_frees_its_copies(
    paid, refund, order, state, edition
):
    paid()

    refund(5440)

    assert (state(order).status, state(order).claimed) == ("Refunded", 0)
    assert (stock_of(edition).num_in_stock, stock_of(edition).num_allocated) == (5, 0)


def test_two_refunds_in_part_end_the_order_when_nothing_is_left(paid, refund, order, state):
    paid()

    refund(5000)
    assert state(order).status == "Paid"
    refund(440)

    assert state(order).status == "Refunded"


def test_copies_that_cannot_be_sold_again_leave_the_stock(paid, refund, edition):
    paid()

    refund(2495, copies=1, reason="damaged", copies_come_back=False)

    assert (stock_of(edition).num_in_stock, stock_of(edition).num_allocated) == (4, 1)


def test_a_second_click_refunds_once(paid, refund, order, state):
    paid()

    first, second = refund(1000, form_key=FORM), refund(1000, form_key=FORM)

    assert first == second
    assert state(order).movements == [("payment", 5440), ("refund", 1000)]


@pytest.mark.parametrize("amount", [0, -1, 5441])
def test_more_than_is_held_or_nothing_is_refused(paid, refund, amount):
    paid()

    with pytest.raises(refunds.NotRefundable):
        refund(amount)

    assert not RefundRequest.objects.exists()


def test_money_that_is_asked_back_already_is_not_asked_for_again(paid, order, now):
    paid()
    given = {"order": order, "reason": "goodwill", "now": now}
    refunds.ask(amount=3000, form_key=uuid4(), **given)

    with pytest.raises(refunds.NotRefundable):
        refunds.ask(amount=3000, form_key=uuid4(), **given)


def test_more_copies_than_were_bought_are_not_refunded(paid, refund):
    paid()
    refund(100, copies=1)

    with pytest.raises(refunds.NotRefundable, match="So many copies"):
        refund(100, copies=2)


def test_an_unpaid_order_has_nothing_to_refund(order, refund):
    with pytest.raises(refunds.NotRefundable):
        refund(100)


def test_a_refund_made_in_stripes_dashboard_counts(paid, order, state, stripe, now):
    attempt = paid()
    with stripe.store.change():
        at_stripe.create(stripe.store, {"payment_intent": attempt.intent_id, "amount": 440})

    for _ in range(2):
        payments.sync(attempt=attempt, now=now)

    assert state(order).movements == [("payment", 5440), ("refund", 440)]
    assert (state(order).status, state(order).mails) == ("Paid", ["confirmation", "refund"])


def test_a_whole_refund_made_in_stripes_dashboard_ends_the_order(
    paid, order, state, stripe, deliver, events
):
    attempt = paid()
    with stripe.store.change():
        at_stripe.create(stripe.store, {"payment_intent": attempt.intent_id})

    for kind in ("refund.created", "charge.refunded"):
        assert deliver(events(kind)[0]).status_code == 204

    assert (state(order).status, state(order).claimed) == ("Refunded", 0)
    assert state(order).movements == [("payment", 5440), ("refund", 5440)]


def test_a_refund_that_the_bank_keeps_waiting_is_followed_to_its_end(
    paid, refund, stripe, now, order, state
):
    attempt = paid(PENDING_REFUND_CARD)
    request = refund(1000)
    assert request.state == "pending"
    assert state(order).movements == [("payment", 5440), ("refund", 1000)]

    stripe.advance(A_WEEK)
    payments.sync(attempt=attempt, now=now)

    request.refresh_from_db()
    assert request.state == "succeeded"
    assert state(order).movements == [("payment", 5440), ("refund", 1000)]


def test_a_refund_that_comes_back_is_on_the_books_and_told_to_staff(
    paid, refund, stripe, now, order, state
):
    attempt = paid(FAILING_REFUND_CARD)
    request = refund(1000)

    stripe.advance(A_WEEK)
    for _ in range(2):
        payments.sync(attempt=attempt, now=now)

    request.refresh_from_db()
    assert request.state == "failed"
    assert state(order).movements == [("payment", 5440), ("refund", 1000), ("return", 1000)]
    assert order.sources.get().amount_refunded == 0
    assert StaffNotice.objects.get().kind == "refund_failed"
    assert refund(5440).state == "succeeded"


def test_an_old_answer_does_not_move_a_refund_back(
    paid, refund, stripe, now, order, monkeypatch
):
    attempt = paid(PENDING_REFUND_CARD)
    request = refund(1000)
    old = payments.gateway.read_returns(attempt.intent_id)
    stripe.advance(A_WEEK)
    payments.sync(attempt=attempt, now=now)
    monkeypatch.setattr(payments.gateway, "read_returns", lambda _: old)

    payments.sync(attempt=attempt, now=now)

    request.refresh_from_db()
    assert request.state == "succeeded"


def test_a_refund_that_stripe_refuses_is_told_to_staff(paid, order, stripe, now):
    attempt = paid()
    request = refunds.ask(
        order=order, amount=5440, reason="goodwill", form_key=uuid4(), now=now
    )
    with stripe.store.change():
        at_stripe.create(stripe.store, {"payment_intent": attempt.intent_id, "amount": 100})

    payments.sync(attempt=attempt, now=now)

    request.refresh_from_db()
    assert (request.state, "greater than" in request.error) == ("failed", True)
    assert StaffNotice.objects.get().order == order


def test_refunding_an_e_book_leaves_the_stock_alone_without_complaint(
    place, begin, pay, now, caplog
):
    order = place(make_edition(type="epub", price="9.00"))
    attempt = begin(order)
    pay(attempt)
    payments.sync(attempt=attempt, now=now)

    line = order.lines.get()
    asked = {"reason": "staff", "form_key": FORM, "now": now}
    refunds.ask(order=order, amount=100, copies={line.pk: 1}, **asked)
    payments.sync(attempt=attempt, now=now)

    assert "had fewer" not in caplog.text
    assert stock_of(line.product).num_allocated is None


def test_a_refund_whose_answer_was_never_read_is_found_though_stripe_forgot_its_key(
    paid, order, stripe, state, now
):
    """The shop died after Stripe made it, and no timer ran for longer than a key is kept."""
    attempt = paid()
    request = refunds.ask(
        order=order, amount=1000, reason="goodwill", form_key=FORM, now=now - timedelta(days=1)
    )
    stripe.refund(attempt.intent_id, amount=1000)
    (made,) = stripe.store.matching("refund")
    with stripe.store.change():
        stripe.store.save(made | {"metadata": {"request": str(request.pk)}})

    payments.sync(attempt=attempt, now=now)

    request.refresh_from_db()
    assert (request.state, request.refund_id) == ("succeeded", made["id"])
    assert state(order).movements == [("payment", 5440), ("refund", 1000)]


def test_a_form_for_another_order_is_refused(paid, refund, place, now):
    """Keys are per order: nobody can use up somebody else's."""
    paid()
    refund(1000, form_key=FORM)
    other = place(make_edition(price="9.00"))

    with pytest.raises(refunds.NotRefundable, match="another order"):
        refunds.ask(order=other, amount=100, reason="goodwill", form_key=FORM, now=now)


@pytest.mark.parametrize("reason", ["goodwill", "damaged", "staff"])
def test_only_books_that_were_sent_back_come_back(paid, refund, order, edition, now, reason):
    paid()
    parcels.send(order=order, copies={order.lines.get().pk: 2}, form_key=FORM, now=now)

    refund(2495, copies=1, reason=reason)

    assert (stock_of(edition).num_in_stock, stock_of(edition).num_allocated) == (3, 0)


def test_a_book_that_came_back_once_is_counted_once(paid, refund, order, edition, stripe, now):
    attempt = paid(FAILING_REFUND_CARD)
    parcels.send(order=order, copies={order.lines.get().pk: 1}, form_key=FORM, now=now)
    refund(2495, copies=1, reason="returned")
    stripe.advance(A_WEEK)
    payments.sync(attempt=attempt, now=now)

    with pytest.raises(refunds.NotRefundable, match="cannot have come back"):
        refund(2495, copies=1, reason="returned")
    refund(2495, reason="returned")

    assert stock_of(edition).num_in_stock == 5


def test_an_order_with_books_to_send_again_is_in_progress_again(
    paid, refund, order, state, stripe, now
):
    attempt = paid(FAILING_REFUND_CARD)
    parcels.send(order=order, copies={order.lines.get().pk: 1}, form_key=FORM, now=now)
    refund(2495, copies=1, reason="staff")
    assert state(order).status == "Dispatched"

    stripe.advance(A_WEEK)
    payments.sync(attempt=attempt, now=now)

    assert state(order).status == "In progress"
    parcels.send(order=order, copies={order.lines.get().pk: 1}, form_key=uuid4(), now=now)
    assert state(order).status == "Dispatched"


def test_a_refund_at_stripe_that_came_back_before_we_heard_of_it_is_on_the_books(
    paid, order, stripe, deliver, events, state
):
    attempt = paid(FAILING_REFUND_CARD)
    stripe.refund(attempt.intent_id, amount=440)
    stripe.advance(A_WEEK)

    assert deliver(events("refund.failed")[0]).status_code == 204

    assert state(order).movements == [("payment", 5440), ("refund", 440), ("return", 440)]
    assert StaffNotice.objects.get().kind == "refund_failed"


def test_the_shipping_price_is_not_given_back_twice(order, begin, pay, now):
    attempt = begin(order)
    pay(attempt)
    payments.sync(attempt=attempt, now=now)
    asked = {"order": order, "amount": 450, "reason": "goodwill", "now": now}
    refunds.ask(**asked, has_shipping=True, form_key=uuid4())

    with pytest.raises(refunds.NotRefundable, match="shipping price has gone back"):
        refunds.ask(**asked, has_shipping=True, form_key=uuid4())

    assert refunds.ask(**asked, form_key=uuid4()).amount == 450
