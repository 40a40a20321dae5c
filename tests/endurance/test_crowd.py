"""More readers than copies, all at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from bookstore.demo.stripe import shopper
from tests.books import stock_of
from tests.endurance.books import NOTHING, books_of, paid_once
from tests.endurance.locks import CLAIMING_COPIES, held, number_waiting
from tests.endurance.shop import PATIENCE, wait_until

READERS, COPIES = 50, 10
REFUSALS = {
    # Who looked before the last copy was claimed, and who looked after.
    ("My Life was sold to another reader a moment ago.", "Nothing was charged."),
    ("My Life cannot be ordered: out of stock.", "Nothing was charged."),
}


@pytest.fixture(scope="module")
def serving():
    """As many processes as `make run` has, each of which serves more readers than copies."""
    return ["--workers=2", f"--threads={COPIES + 2}"]


@pytest.fixture
def crowd(shop, edition, new_reader):
    """Readers who press Pay at the same moment; returns what each was answered.

    More of them than there are copies have been told that there is one, and stand before
    the claim, when the first may claim.
    """
    readers = [new_reader() for _ in range(READERS)]
    barrier = Barrier(READERS, timeout=PATIENCE)

    def press_pay(reader):
        barrier.wait()
        return reader.press_pay()

    with ThreadPoolExecutor(READERS) as pool:
        list(pool.map(lambda reader: reader.walk_to_review(edition), readers))
        with held(CLAIMING_COPIES):
            answers = pool.map(press_pay, readers)
            wait_until(lambda: number_waiting() > COPIES)
        return dict(zip(readers, answers, strict=True))


def test_fifty_readers_reach_for_ten_copies(shop, edition, crowd):
    winners = [reader for reader, answer in crowd.items() if answer.status == 303]
    losers = [reader for reader in crowd if reader not in winners]

    assert len(winners) == COPIES
    assert {crowd[reader].leads_to for reader in losers} == {"/basket/"}
    assert {reader.look("/basket/").messages for reader in losers} == REFUSALS
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
