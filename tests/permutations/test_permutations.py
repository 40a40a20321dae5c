"""Whatever happens in whatever order, the books follow Stripe's: thousands of sequences.

`PERMUTATIONS` says how many are run, `PERMUTATIONS_SEED` where they begin.
"""

import os

import pytest

from tests.permutations.programs import search

SHARDS = 16
SEQUENCES = int(os.environ.get("PERMUTATIONS", "2000"))
SEED = int(os.environ.get("PERMUTATIONS_SEED", "1"))


@pytest.mark.parametrize("shard", range(SHARDS))
def test_the_books_follow_the_money_whatever_happens(world, shard):
    first = SEED * 10_000_000 + shard

    found = search(world, range(first, first + SEQUENCES, SHARDS))

    assert not found, str(found)
