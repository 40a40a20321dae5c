"""What goes back for a held parcel, beside what went back before."""

from decimal import Decimal
from uuid import uuid4

import pytest

from catalog.pricing.models import StockRecord
from checkout import held, refunding
from checkout.models import HeldParcel, RefundRequest
from checkout.orders import order_url
from tests.books import make_edition, make_work
from tests.checkout.test_held import (
    afresh,
    buy,
    question,
    staff,
    suspend,
)

pytestmark = pytest.mark.django_db
__all__ = ["buy", "question", "staff", "suspend"]


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
def pamphlet(db):
    return make_edition(title="1905", type="epub", price="6.00")


@pytest.fixture
def give_back(now):
    """Refund as staff do."""

    def give_back(order, **choice):
        refunding.refund(
            order=order,
            choice=refunding.Choice({}, **choice),
            form_key=uuid4(),
            now=now,
            reason=RefundRequest.Reason.GOODWILL,
        )

    return give_back


def refunds(state):
    return sorted(amount for kind, amount in state.movements if kind == "refund")


@pytest.mark.parametrize(("choice", "goes_back"), [("refund", 2495), ("swap", 1496)])
def test_postage_that_went_back_before_does_not_go_back_again(
    buy, paperback, epub, pamphlet, suspend, question, give_back, state, now, choice, goes_back
):
    order = buy(paperback, pamphlet)
    give_back(order, has_shipping=True)

    held.choose(held=question(order, suspend("US")), choice=choice, now=now)

    assert refunds(state(order)) == sorted([450, goes_back])


def test_postage_that_went_back_with_the_parcel_is_not_offered_again(
    buy, paperback, pamphlet, suspend, question, now
):
    order = buy(paperback, pamphlet)

    held.choose(held=question(order, suspend("US")), choice="refund", now=now)

    assert not refunding.shipping_left(afresh(order))


def test_after_a_goodwill_refund_what_is_left_goes_back(
    buy, paperback, suspend, question, give_back, state, now
):
    order = buy(paperback)
    give_back(order, other=Decimal("3.00"))

    held.choose(held=question(order, suspend("US")), choice="refund", now=now)

    assert refunds(state(order)) == [300, 2645]
    assert state(order).status == "Refunded"


def test_after_a_large_goodwill_refund_the_e_book_stays_paid(
    buy, paperback, epub, suspend, question, give_back, state, now
):
    order = buy(paperback)
    give_back(order, other=Decimal("15.00"))

    held.choose(held=question(order, suspend("US")), choice="swap", now=now)

    assert refunds(state(order)) == [446, 1500]
    assert state(order).status == "Paid"


def test_a_reader_gets_what_the_page_said_or_is_asked_again(
    client, buy, paperback, epub, suspend, question, state
):
    order = buy(paperback)
    question(order, suspend("US"))
    url = f"{order_url(order)}parcel/"
    assert 'name="swap_shown" value="1946"' in client.get(url).text
    StockRecord.objects.filter(product=epub).update(price=Decimal("19.99"))

    page = client.post(url, {"choice": "swap", "swap_shown": "1946"}, follow=True)

    assert "What would go back has changed meanwhile." in page.text
    assert (state(order).claimed, HeldParcel.objects.get().choice) == (1, "")


def test_staff_give_back_what_the_question_said_or_nothing(
    staff, buy, paperback, suspend, give_back, state
):
    order, strike = buy(paperback), suspend("US")
    url = f"/admin/order/order/held/{strike.pk}/"
    chosen = {"order": [order.pk], "act": "refund"}
    assert f'name="shown-{order.pk}" value="2945"' in staff.post(url, chosen).text
    give_back(order, has_shipping=True)

    page = staff.post(url, {**chosen, "confirm": "1", f"shown-{order.pk}": "2945"}, follow=True)

    assert "What would go back has changed meanwhile." in page.text
    assert state(order).movements == [("payment", 2945), ("refund", 450)]


def test_no_e_book_goes_out_while_the_payment_is_disputed(
    buy, paperback, work, suspend, question, state, now
):
    make_edition(work, type="epub", price="40.00")
    order = buy(paperback)
    asked = question(order, suspend("US"))
    order.disputes.create(
        id="dp_1",
        intent_id="pi_1",
        amount=2945,
        currency="USD",
        reason="fraudulent",
        status="needs_response",
        opened_at=now,
    )

    with pytest.raises(held.NotPossible, match="disputed"):
        held.choose(held=asked, choice="swap", now=now)

    assert state(order).claimed == 1
