"""Many readers at once, and a web server that is killed: the real processes, over HTTP.

The tests of a module share the shop's processes, which run on the test database; its
data are new for each test. The stand-in for Stripe and the outbox keep what they have:
what keeps tests apart there is that every reader has an e-mail address of their own.
"""

from itertools import count

import pytest

# Their asserts are to say what they compared, as those of the tests do.
pytest.register_assert_rewrite(
    "tests.endurance.reader", "tests.endurance.shop", "tests.endurance.locks"
)

from bookstore.demo import shipping  # noqa: E402
from bookstore.demo.stripe import faults  # noqa: E402
from tests.books import make_edition  # noqa: E402
from tests.endurance.reader import Reader  # noqa: E402
from tests.endurance.shop import open_shop, wait_until  # noqa: E402

_serial = count(1)


@pytest.fixture(scope="module")
def serving():
    """How many processes serve the shop, and in how many threads each."""
    return ["--workers=1", "--threads=4"]


@pytest.fixture(scope="module")
def module_shop(django_db_setup, serving, tmp_path_factory):
    """The shop's processes, which outlive a test; its data do not."""
    with open_shop(tmp_path_factory.mktemp("shop"), serving=serving) as shop:
        yield shop


@pytest.fixture
def shop(module_shop, transactional_db):
    """A shop that sends parcels, open and without faults, whatever the last test did to it."""
    stripe = module_shop.stripe
    faults.clear(stripe.store)
    stripe.webhook_url = module_shop.webhook_url
    module_shop.start()
    shipping.load()
    yield module_shop
    # Nobody may be at the tables when they are emptied.
    module_shop.start()
    stripe.webhook_url = module_shop.webhook_url
    wait_until(lambda: stripe.is_idle)


@pytest.fixture
def new_reader(shop):
    """Return what brings in a reader nobody has seen before."""
    return lambda: Reader(shop, f"reader-{next(_serial)}@example.org")


@pytest.fixture
def edition(shop):
    return make_edition(title="My Life", copies=10)


@pytest.fixture
def ada(new_reader, edition):
    """A reader on whose page only Pay is left to press."""
    return new_reader().walk_to_review(edition)
