"""More readers than copies, all at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from bookstore.demo.stripe import shopper
from tests.books import stock_of
from tests.endurance.books import NOTHING, books_of, paid_once
from tests.endurance.shop import PATIENCE, wait_until

READERS, COPIES = 50, 10
REFUSALS = {
    # Who looked before the last copy was claimed, and who looked after.
    ("My Life was sold to another reader a moment ago.", "Nothing was charged."),
    ("My Life cannot be ordered: out of stock.", "Nothing was charged."),
}


@pytest.fixture(scope="module")
def workers():
    """As many as `make run` has."""
    return 2


@pytest.fixture
def crowd(edition, new_reader):
    """Readers who press Pay together; returns what each was answered."""
    barrier = Barrier(READERS, timeout=2 * PATIENCE)

    def reach(reader):
        reader.walk_to_review(edition)
        barrier.wait()
        return reader.press_pay()

    readers = [new_reader() for _ in range(READERS)]
    with ThreadPoolExecutor(READERS) as pool:
        return dict(zip(readers, pool.map(reach, readers), strict=True))


def test_fifty_readers_reach_for_ten_copies(shop, edition, crowd):
    winners = [reader for reader, answer in crowd.items() if answer.status == 303]
    losers = [reader for reader in crowd if reader not in winners]

    assert len(winners) == COPIES
    assert {crowd[reader].leads_to for reader in losers} == {"/basket/"}
    assert {reader.look("/basket/").messages for reader in losers} <= REFUSALS
    stock = stock_of(edition)
    assert (stock.num_in_stock, stock.num_allocated) == (COPIES, COPIES)

    def pay(reader):
        return reader.come_back(shopper.pay_by_card(crowd[reader].leads_to))

    # Each comes back while Stripe tells the shop of the payment.
    with ThreadPoolExecutor(COPIES) as pool:
        pages = list(pool.map(pay, winners))
    wait_until(lambda: shop.stripe.is_idle)

    assert all("Thank you, your order is paid" in page.text for page in pages)
    for reader in winners:
        assert books_of(reader, shop) == paid_once(reader)
    for reader in losers:
        assert books_of(reader, shop) == NOTHING
    assert max(answer.status for reader in crowd for answer in reader.answers) < 500
