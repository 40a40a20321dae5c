import pytest
from django.db import IntegrityError, transaction

from catalog.pricing.models import StockRecord
from checkout import stock
from checkout.locks import Busy
from tests.books import make_edition, stock_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def last_copy():
    return stock_of(make_edition(copies=1))


def claimed(record):
    return StockRecord.objects.get(pk=record.pk).num_allocated or 0


def test_claims_the_last_copy(last_copy):
    stock.claim_copies(quantities={last_copy.pk: 1})

    assert claimed(last_copy) == 1


def test_refuses_a_copy_someone_else_claimed_and_says_which(last_copy):
    stock.claim_copies(quantities={last_copy.pk: 1})

    with pytest.raises(stock.SoldOut) as sold_out:
        stock.claim_copies(quantities={last_copy.pk: 1})

    assert sold_out.value.stock_record_id == last_copy.pk


def test_claims_nothing_when_one_title_is_sold_out(last_copy):
    sold_out = stock_of(make_edition(copies=0))

    with pytest.raises(stock.SoldOut):
        stock.claim_copies(quantities={last_copy.pk: 1, sold_out.pk: 1})

    assert claimed(last_copy) == 0


def test_gives_copies_back(last_copy):
    stock.claim_copies(quantities={last_copy.pk: 1})

    stock.release_copies(quantities={last_copy.pk: 1})

    assert claimed(last_copy) == 0


def test_never_gives_back_more_than_was_claimed(last_copy):
    stock.release_copies(quantities={last_copy.pk: 1})

    assert claimed(last_copy) == 0


def test_the_database_itself_refuses_a_copy_promised_twice(last_copy):
    with pytest.raises(IntegrityError, match="no_copy_promised_twice"), transaction.atomic():
        StockRecord.objects.filter(pk=last_copy.pk).update(num_allocated=2)


def test_an_order_gives_its_copies_back_once(place):
    edition = make_edition(copies=9)
    order = place((edition, 2))
    place((edition, 5))

    stock.release_order(order=order)
    stock.release_order(order=order)

    assert claimed(stock_of(edition)) == 5
    assert order.lines.get().num_allocated == 0


def test_a_claim_that_changed_since_it_was_read_is_not_written_over(place):
    line = place((make_edition(copies=5), 2)).lines.get()
    type(line).objects.filter(pk=line.pk).update(num_allocated=1)

    with pytest.raises(Busy):
        stock.take_back(copies=[stock.TakenBack(line, unsent=1, sent=0)], are_good=True)

    line.refresh_from_db()
    assert line.num_allocated == 1
