"""Whatever happens in whatever order, the books follow Stripe's: thousands of sequences.

`PERMUTATIONS` says how many are run, `PERMUTATIONS_SEED` where they begin.
"""

import os

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.permutations.programs import programs, run

SHARDS = 16
SEQUENCES = int(os.environ.get("PERMUTATIONS", "2000"))
SEED = int(os.environ.get("PERMUTATIONS_SEED", "1"))


@pytest.mark.parametrize("shard", range(SHARDS))
def test_the_books_follow_the_money_whatever_happens(world, shard):
    @seed(SEED * SHARDS + shard)
    @settings(
        max_examples=SEQUENCES // SHARDS,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(program=programs)
    def whatever_happens(program):
        run(world, program)

    whatever_happens()
