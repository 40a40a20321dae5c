"""A reader and staff decide at the same moment what becomes of a held parcel."""

from uuid import uuid4

import pytest

from checkout import held, refunding, refunds
from checkout.models import HeldParcel, RefundRequest
from tests.books import make_edition, stock_of
from tests.checkout.races import at_once
from tests.checkout.test_held import buy, question, suspend

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["buy", "question", "suspend"]


def test_of_a_reader_and_staff_one_decides_and_the_postage_goes_back_once(
    buy, suspend, question, state, admin_user, now
):
    paperback = make_edition(title="My Life", price="24.95", copies=5)
    make_edition(paperback.parent, type="epub", price="9.99")
    order, strike = buy((paperback, 2)), suspend("US")
    asked = question(order, strike)

    def reader():
        held.choose(held=asked, choice="swap", now=now)

    def member():
        held.decide(order=order, interruption=strike, choice="refund", now=now, by=admin_user)

    def colleague():
        refunding.refund(
            order=order,
            choice=refunding.Choice({}, has_shipping=True),
            form_key=uuid4(),
            now=now,
            reason=RefundRequest.Reason.GOODWILL,
        )

    acts = [reader, member, colleague]

    def act(barrier):
        mine = acts.pop()
        barrier.wait()
        try:
            mine()
        except (held.NotPossible, refunds.NotRefundable):
            return "refused"
        return "done"

    outcome = at_once(act, times=3)

    requests = RefundRequest.objects.filter(order=order)
    assert outcome.count("done") == requests.count()
    assert requests.filter(has_shipping=True).count() == 1
    assert requests.filter(reason=RefundRequest.Reason.HELD).count() == 1
    goes_back = sum(requests.values_list("amount", flat=True))
    is_swapped = HeldParcel.objects.get().choice == "swap"
    assert goes_back == (4441 if is_swapped else 5440)
    assert state(order).status == ("Paid" if is_swapped else "Refunded")
    assert stock_of(paperback).num_allocated == 0
