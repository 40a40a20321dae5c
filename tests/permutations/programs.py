"""Sequences of steps: how they are drawn, run and printed."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random
from typing import Any

from django.db import connection

from checkout.models import RefundRequest
from tests.permutations import rest, steps, truths
from tests.permutations.steps import Step
from tests.permutations.world import BASKETS, Opening, World

LENGTHS = [4, 8, 8]
"""Most faults need two or three steps; the long ones are for the others."""

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
        lines = [f"{self.opening}", *map(repr, self.steps)]
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
        for number, step in enumerate(program.steps):
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


Draw = Callable[[Random], Any]
"""Something drawn with dice."""


def one_of(values: Sequence[Any]) -> Draw:
    return lambda dice: dice.choice(values)


def some_of(what: Draw, numbers: Sequence[int]) -> Draw:
    return lambda dice: tuple(what(dice) for _ in range(dice.choice(numbers)))


def made(what: Callable[..., Any], *parts: Draw) -> Draw:
    return lambda dice: what(*(part(dice) for part in parts))


def weighted(choices: list[tuple[int, Draw]]) -> Draw:
    """Take each choice as often as its number says."""
    weights = [weight for weight, _ in choices]
    return lambda dice: dice.choices(choices, weights)[0][1](dice)


orders = one_of([0, 0, 0, 0, 1, 1, 2])
which = one_of([0, 1, -1])
booleans = one_of([True, False])
rarely = one_of([False, False, False, True])
cards = one_of([steps.PAYS] * 6 + list(steps.CARDS))

pays = made(steps.Pay, orders, cards, rarely, one_of([True, True, False]))

WEIGHTS: list[tuple[int, Draw]] = [
    (2, made(steps.Place, orders)),
    (2, made(steps.Start, orders)),
    (14, pays),
    (3, made(steps.LosePage, orders)),
    (1, made(steps.AnswerBank, orders, booleans)),
    (3, made(steps.Debit, orders, one_of(steps.ACCOUNTS))),
    (5, made(steps.ComeBack, orders, rarely)),
    (3, made(steps.Cancel, orders, one_of(["reader", "staff"]))),
    (1, made(steps.Reopen, orders)),
    (
        9,
        made(
            steps.Refund,
            orders,
            one_of(["some", "copy", "copy", "all"]),
            one_of(REASONS),
            one_of([True, True, False]),
            one_of([0, 1]),
        ),
    ),
    (3, made(steps.RefundAtStripe, orders, booleans)),
    (1, made(steps.Pack, orders)),
    (9, made(steps.Send, orders, booleans, one_of([0, 1]))),
    (6, made(steps.Deliver, which, one_of([1, 1, 2]))),
    (3, made(steps.Timer)),
    (1, made(steps.Compare)),
]
"""Steps in which the shop's own code runs, which can die and be overtaken; how often."""

OTHERS: list[tuple[int, Draw]] = [
    (1, made(steps.SettleDebit, orders, booleans)),
    (1, made(steps.DeliverAgain, which)),
    (1, made(steps.Drop, which)),
    (
        5,
        made(
            steps.Fault,
            one_of(API_FAULTS),
            one_of(REQUESTS),
            one_of([1, 1, 4]),
        ),
    ),
    (3, made(steps.Later, one_of(WAITS))),
    (2, made(steps.Dispute, orders, one_of([True, True, False]), rarely)),
    (1, made(steps.Decide, booleans)),
    (1, made(steps.Arrive)),
    (1, made(steps.Reprice, orders)),
    (1, made(steps.Cheapen, orders)),
]


shops = weighted(WEIGHTS)
any_step = weighted(
    [
        (50, shops),
        (20, weighted(OTHERS)),
        (12, made(steps.Dying, shops, one_of(range(1, 9)))),
        (17, made(steps.Overtaken, shops, shops, one_of(range(7)))),
    ]
)
first_step = weighted([(8, any_step), (12, pays)])
"""Most sequences begin with money, which gives the rest something to be about."""
openings = made(
    Opening,
    one_of([1, 2, 3, 3, 4, 5, 6]),
    some_of(one_of([*BASKETS, "two copies"]), [1, 1, 2, 3]),
)
_program = made(
    Program,
    openings,
    lambda dice: (first_step(dice), *some_of(any_step, [n - 1 for n in LENGTHS])(dice)),
    booleans,
)


def draw(number: int) -> Program:
    """Return the program of a number: always the same one."""
    return _program(Random(number))


@dataclass(frozen=True)
class Found:
    """A program that ends wrongly, as short as it gets, and after how many others."""

    complaint: str
    length: int
    tried: int
    seconds: float

    def __str__(self) -> str:
        return f"after {self.tried} sequences, {self.seconds:.0f} s, {self.complaint}"


def search(world: World, numbers: Iterable[int]) -> Found | None:
    """Run the programs of these numbers; return the first that ends wrongly, shortened."""
    began = time.perf_counter()
    complaints: dict[Program, str] = {}

    def fails(program: Program) -> bool:
        try:
            run(world, program)
        except Untrue as untrue:
            complaints[program] = str(untrue)
            return True
        return False

    for tried, number in enumerate(numbers, start=1):
        if fails(program := draw(number)):
            seconds = time.perf_counter() - began
            short = shorten(program, fails)
            return Found(complaints[short], len(short.steps), tried, seconds)
    return None


def shorten(program: Program, fails: Callable[[Program], bool]) -> Program:
    """Return a program that fails as well, and of which nothing can be left out."""
    while True:
        simpler = next((each for each in _simpler(program) if fails(each)), None)
        if simpler is None:
            return program
        program = simpler


def _simpler(program: Program) -> Iterator[Program]:
    taken = program.steps
    for place, step in enumerate(taken):
        for instead in _instead(step):
            yield replace(program, steps=(*taken[:place], *instead, *taken[place + 1 :]))
    baskets = program.opening.baskets
    for fewer in (baskets[:number] for number in range(1, len(baskets))):
        yield replace(program, opening=replace(program.opening, baskets=fewer))


def _instead(step: Step) -> Iterator[tuple[Step, ...]]:
    yield ()
    if isinstance(step, steps.Overtaken):
        yield (step.step, step.by)
        yield (step.by,)
    if isinstance(step, steps.Overtaken | steps.Dying):
        yield (step.step,)
