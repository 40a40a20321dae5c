"""Sequences of steps: how they are drawn, run and printed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from hypothesis import strategies as st

from checkout.models import RefundRequest
from tests.permutations import rest, steps, truths
from tests.permutations.steps import Step
from tests.permutations.world import BASKETS, Opening, World

LENGTH = 8
REASONS = [RefundRequest.Reason.STAFF, RefundRequest.Reason.RETURNED]
API_FAULTS = ["fail_before", "fail_after", "lose_response", "rate_limit"]
REQUESTS = ["", "POST /v1/checkout/sessions", "POST */expire", "GET *"] + [
    "POST /v1/refunds"
] * 3
WAITS = [timedelta(minutes=11), timedelta(minutes=35), timedelta(days=1), timedelta(days=3)]


@dataclass(frozen=True)
class Program:
    """A shop, what happens in it, and whether the last events arrive."""

    opening: Opening
    steps: tuple[Step, ...]
    are_heard: bool = True

    def __str__(self) -> str:
        lines = [f"{self.opening}", *map(repr, filter(steps.is_something, self.steps))]
        lines.append(f"come_to_rest(are_heard={self.are_heard})")
        return "\n".join(f"    {line}" for line in lines)


class Untrue(AssertionError):
    """A sequence after which the books are not right."""


def run(world: World, program: Program) -> None:
    """Take the steps, let everything settle, and check the books after each.

    :raises Untrue: with the program and what is wrong.
    """
    world.begin(program.opening)
    try:
        for number, step in enumerate(filter(steps.is_something, program.steps)):
            steps.do(world, step)
            _check(truths.always(world), f"after step {number + 1}, {step}")
        done = rest.come_to_rest(world, are_heard=program.are_heard)
        _check(truths.at_rest(world, done), "at rest")
    except BaseException as wrong:
        if connection.in_atomic_block:
            connection.close()
        said = str(wrong) if isinstance(wrong, Untrue) else repr(wrong)
        message = f"{said}\n{program}"
        raise Untrue(message) from wrong


def _check(complaints: Iterator[str], when: str) -> None:
    if found := list(dict.fromkeys(complaints)):
        raise Untrue("\n".join([f"{when}:", *(f"  {each}" for each in found)]))


orders = st.sampled_from([0, 0, 0, 0, 1, 1, 2])
which = st.sampled_from([0, 1, -1])
booleans = st.booleans()
rarely = st.sampled_from([False, False, False, True])
cards = st.sampled_from([steps.PAYS] * 6 + list(steps.CARDS))

pays = st.builds(steps.Pay, orders, cards, rarely, st.sampled_from([True, True, False]))

WEIGHTS: list[tuple[int, st.SearchStrategy[Step]]] = [
    (2, st.builds(steps.Place, orders)),
    (2, st.builds(steps.Start, orders)),
    (14, pays),
    (3, st.builds(steps.LosePage, orders)),
    (1, st.builds(steps.AnswerBank, orders, booleans)),
    (3, st.builds(steps.Debit, orders, st.sampled_from(steps.ACCOUNTS))),
    (5, st.builds(steps.ComeBack, orders, rarely)),
    (3, st.builds(steps.Cancel, orders, st.sampled_from(["reader", "staff"]))),
    (1, st.builds(steps.Reopen, orders)),
    (
        5,
        st.builds(
            steps.Refund,
            orders,
            st.sampled_from(["some", "copy", "copy", "all"]),
            st.sampled_from(REASONS),
            st.sampled_from([True, True, False]),
            st.sampled_from([0, 1]),
        ),
    ),
    (3, st.builds(steps.RefundAtStripe, orders, booleans)),
    (1, st.builds(steps.Pack, orders)),
    (4, st.builds(steps.Send, orders, booleans, st.sampled_from([0, 1]))),
    (6, st.builds(steps.Deliver, which, st.sampled_from([1, 1, 2]))),
    (3, st.builds(steps.Timer)),
    (1, st.builds(steps.Compare)),
]
"""Steps in which the shop's own code runs, which can die and be overtaken; how often."""

OTHERS: list[tuple[int, st.SearchStrategy[Step]]] = [
    (1, st.builds(steps.SettleDebit, orders, booleans)),
    (1, st.builds(steps.DeliverAgain, which)),
    (1, st.builds(steps.Drop, which)),
    (
        5,
        st.builds(
            steps.Fault,
            st.sampled_from(API_FAULTS),
            st.sampled_from(REQUESTS),
            st.sampled_from([1, 1, 4]),
        ),
    ),
    (3, st.builds(steps.Later, st.sampled_from(WAITS))),
    (2, st.builds(steps.Dispute, orders, st.sampled_from([True, True, False]), rarely)),
    (1, st.builds(steps.Decide, booleans)),
    (1, st.builds(steps.Arrive)),
    (1, st.builds(steps.Reprice, orders)),
    (1, st.builds(steps.Cheapen, orders)),
]


def weighted(choices: list[tuple[int, st.SearchStrategy[Step]]]) -> st.SearchStrategy[Step]:
    """Return a strategy that takes each choice as often as its number says.

    Hypothesis drops what `one_of` is given twice.
    """
    tickets = [number for number, (weight, _) in enumerate(choices) for _ in range(weight)]
    return st.sampled_from(tickets).flatmap(lambda number: choices[number][1])


shops = weighted(WEIGHTS)
any_step = weighted(
    [
        (4, st.just(steps.Nothing())),
        (50, shops),
        (20, weighted(OTHERS)),
        (12, st.builds(steps.Dying, shops, st.integers(1, 8))),
        (17, st.builds(steps.Overtaken, shops, shops, st.integers(0, 6))),
    ]
)
first_step = weighted([(1, st.just(steps.Nothing())), (7, any_step), (12, pays)])
"""Most sequences begin with money, which gives the rest something to be about."""
openings = st.builds(
    Opening,
    st.integers(1, 5),
    st.lists(st.sampled_from([*BASKETS, "two copies"]), min_size=1, max_size=3).map(tuple),
)
programs = st.builds(
    Program,
    openings,
    st.tuples(first_step, *[any_step] * (LENGTH - 1)),
    booleans,
)
