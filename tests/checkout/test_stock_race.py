"""Two readers reach for the last copy at the same moment."""

import time

import pytest
from django.db import IntegrityError, connection, transaction

from catalog.pricing.models import StockRecord
from checkout import placing, stock
from checkout.placing import SoldOut
from tests.books import make_edition, stock_of
from tests.checkout.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def last_copy(db):
    return make_edition(title="The last copy", copies=1)


@pytest.fixture
def without_constraint(last_copy):
    """Take the second layer away for one test."""
    constraint = next(
        c for c in StockRecord._meta.constraints if c.name == "no_copy_promised_twice"
    )
    with connection.schema_editor() as editor:
        editor.remove_constraint(StockRecord, constraint)
    yield
    StockRecord.objects.update(num_allocated=0)
    with connection.schema_editor() as editor:
        editor.add_constraint(StockRecord, constraint)


def allocate_as_oscar_does(edition):
    """Look first, then take: what Oscar does when it places an order."""

    def buy(barrier):
        record = stock_of(edition)
        assert record.net_stock_level == 1
        barrier.wait()
        try:
            record.allocate(1)
        except IntegrityError:
            return "sold out"
        return "bought"

    return buy


def test_looking_first_sells_the_copy_twice(last_copy, without_constraint):
    """The control: if this stops happening, the tests below prove nothing."""
    assert at_once(allocate_as_oscar_does(last_copy)) == ["bought", "bought"]
    assert stock_of(last_copy).num_allocated == 2


def test_the_constraint_alone_sells_it_once(last_copy):
    assert at_once(allocate_as_oscar_does(last_copy)) == ["bought", "sold out"]
    assert stock_of(last_copy).num_allocated == 1


def order_behind_the_check(fill, place, edition, monkeypatch):
    """Place two orders that have both found the copy free."""
    baskets = [fill(edition), fill(edition)]
    claim = placing._claim

    def buy(_barrier):
        basket = baskets.pop()
        try:
            place(basket=basket)
        except SoldOut as sold_out:
            return str(sold_out)
        return "bought"

    def prepare(barrier):
        monkeypatch.setattr(placing, "_claim", lambda lines: (barrier.wait(), claim(lines)))

    return at_once(buy, prepare=prepare)


SOLD = "The last copy was sold to another reader a moment ago."


def test_two_orders_sell_it_once(last_copy, fill, place, monkeypatch):
    assert order_behind_the_check(fill, place, last_copy, monkeypatch) == [SOLD, "bought"]
    assert stock_of(last_copy).num_allocated == 1


def test_the_guarded_claim_alone_sells_it_once(
    last_copy, without_constraint, fill, place, monkeypatch
):
    assert order_behind_the_check(fill, place, last_copy, monkeypatch) == [SOLD, "bought"]
    assert stock_of(last_copy).num_allocated == 1


def test_two_readers_of_the_same_books_in_other_order_do_not_block_each_other():
    one, other = stock_of(make_edition()), stock_of(make_edition())
    firsts = [True, False]

    def buy(barrier):
        if not firsts.pop():
            with transaction.atomic():
                stock.claim_copies(quantities={one.pk: 1})
                barrier.wait()
                # Time for the other to take a lock that we are going to need.
                time.sleep(0.3)
                stock.claim_copies(quantities={other.pk: 1})
        else:
            barrier.wait()
            stock.claim_copies(quantities={other.pk: 1, one.pk: 1})
        return "bought"

    assert at_once(buy) == ["bought", "bought"]
