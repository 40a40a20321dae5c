"""What readers, staff, Stripe, banks and accidents do: one class a step, in any order.

A step that makes no sense where it stands does nothing, so that any list of steps is a
sequence and any part of a failing one can be left out.
"""

import contextlib
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.db.models import F
from django.utils import timezone
from oscar.core.loading import get_model

from bookstore.demo.stripe import checkout
from catalog.pricing.models import StockRecord
from checkout import (
    cancelling,
    ledger,
    limits,
    parcels,
    payments,
    refunds,
    reopening,
    standing,
    timer,
)
from tests.permutations.points import Death, Died, Overtaking, watched
from tests.permutations.world import ADA, COMING, LONGEST, REFUSALS, World

PAYS, DECLINED, ASKS = "4242424242424242", "4000000000000002", "4000002500003155"
DISPUTED = "4000000000000259"
SLOW_REFUND, LOST_REFUND = "4000000000007726", "4000000000005126"
CARDS = (PAYS, DECLINED, ASKS, DISPUTED, SLOW_REFUND, LOST_REFUND)
ACCOUNTS = (checkout.PAYS, checkout.REFUSES)
LONGEST_WAIT = 20
READER = limits.Visitor(session="a reader", network="a network")


class Step:
    """Something that happens."""

    def act(self, world: World) -> None:
        """Do it.

        :raises Exception: one of `REFUSALS`, if the shop will not.
        """
        raise NotImplementedError


def do(world: World, step: Step) -> None:
    """Take a step; a refusal is a result like any other."""
    with contextlib.suppress(*REFUSALS):
        step.act(world)


@dataclass(frozen=True)
class Place(Step):
    order: int

    def act(self, world):
        world.order(self.order)


@dataclass(frozen=True)
class Start(Step):
    """Press Pay."""

    order: int

    def act(self, world):
        start(world, world.order(self.order))


def start(world, order):
    if (url := payments.start(order=order, now=timezone.now(), by=READER)).startswith(
        world.stripe.base_url
    ):
        world.see(order, url)


@dataclass(frozen=True)
class LosePage(Step):
    """Press Pay, and get an error for a page that was made all the same."""

    order: int

    def act(self, world):
        order = world.order(self.order)
        world.stripe.plan_fault("fail_after", only="POST /v1/checkout/sessions")
        start(world, order)


@dataclass(frozen=True)
class Pay(Step):
    """Press Pay and pay by card, or pay on a page that was left open."""

    order: int
    card: str
    on_old_page: bool = False
    comes_back: bool = False

    def act(self, world):
        order = world.order(self.order)
        if not self.on_old_page:
            start(world, order)
        page = world.session(order, is_old=self.on_old_page)
        checkout.pay_by_card(world.store, page["id"], number=self.card, payer=ADA)
        if self.comes_back:
            come_back(page)


@dataclass(frozen=True)
class AnswerBank(Step):
    order: int
    is_owner: bool

    def act(self, world):
        page = world.session(world.order(self.order), is_old=False)
        checkout.answer_bank(world.store, page["id"], is_owner=self.is_owner)


@dataclass(frozen=True)
class Debit(Step):
    """Press Pay and let a bank pay, in days."""

    order: int
    account: str

    def act(self, world):
        order = world.order(self.order)
        start(world, order)
        page = world.session(order, is_old=False)
        checkout.pay_by_debit(world.store, page["id"], account=self.account, payer=ADA)


@dataclass(frozen=True)
class SettleDebit(Step):
    order: int
    is_paid: bool

    def act(self, world):
        page = world.session(world.order(self.order), is_old=False)
        if page["payment_intent"]:
            with world.store.change():
                verb = checkout.settle_debit if self.is_paid else checkout.fail_debit
                verb(world.store, page["payment_intent"])


@dataclass(frozen=True)
class ComeBack(Step):
    """Return from Stripe's page."""

    order: int
    on_old_page: bool = False

    def act(self, world):
        come_back(world.session(world.order(self.order), is_old=self.on_old_page))


def come_back(page):
    if attempt := payments.find_attempt(session_id=page["id"]):
        payments.sync(attempt=attempt, now=timezone.now())


@dataclass(frozen=True)
class Deliver(Step):
    """Let an event arrive, the oldest (0), a later one, or the newest (-1)."""

    which: int
    times: int = 1

    def act(self, world):
        if waiting := world.unheard():
            for _ in range(self.times):
                world.deliver(waiting[self.which % len(waiting)])


@dataclass(frozen=True)
class DeliverAgain(Step):
    """Let an event arrive that arrived before."""

    which: int

    def act(self, world):
        if heard := [event for event in world.events() if event["id"] in world.heard]:
            world.deliver(heard[self.which % len(heard)])


@dataclass(frozen=True)
class Drop(Step):
    """Lose an event for good."""

    which: int

    def act(self, world):
        if waiting := world.unheard():
            world.dropped.add(waiting[self.which % len(waiting)]["id"])


@dataclass(frozen=True)
class Fault(Step):
    """Let the API fail the next time it is asked."""

    kind: str
    only: str = ""
    count: int = 1

    def act(self, world):
        world.stripe.plan_fault(self.kind, only=self.only, count=self.count)


@dataclass(frozen=True)
class Later(Step):
    """Let time pass, for all."""

    wait: timedelta

    def act(self, world):
        if world.elapsed + self.wait < LONGEST:
            world.later(self.wait)


@dataclass(frozen=True)
class Timer(Step):
    def act(self, world):
        timer.sync_due(now=timezone.now())


@dataclass(frozen=True)
class Compare(Step):
    def act(self, world):
        timer.compare_due(now=timezone.now())


@dataclass(frozen=True)
class Refund(Step):
    """Staff give money back: `some` of it, the price of a `copy`, or `all`."""

    order: int
    what: str
    reason: str = "staff"
    copies_come_back: bool = True
    form: int = 0

    def act(self, world):
        order = world.order(self.order)
        first = standing.of_order(order)[0]
        copies = {first.line.pk: 1} if self.what == "copy" else {}
        request = refunds.ask(
            order=order,
            amount=self._amount(order, first.line),
            reason=self.reason,
            copies=copies,
            copies_come_back=self.copies_come_back,
            form_key=world.form_key("refund", order.number, self.what, self.form),
            now=timezone.now(),
        )
        payments.try_to_sync(attempt=request.attempt, now=timezone.now())

    def _amount(self, order, line):
        if self.what == "some":
            return 350
        if self.what == "copy":
            return int(line.unit_price_incl_tax * 100)
        return max(map(ledger.left_to_refund, ledger.payments_of(order)), default=0)


@dataclass(frozen=True)
class RefundAtStripe(Step):
    """Give money back in Stripe's dashboard; the shop is told by an event."""

    order: int
    is_whole: bool

    def act(self, world):
        page = world.session(world.order(self.order), is_old=False)
        if page["payment_intent"]:
            world.stripe.refund(page["payment_intent"], amount=None if self.is_whole else 250)


@dataclass(frozen=True)
class Dispute(Step):
    """Let the reader's bank ask for a payment back, or about it."""

    order: int
    is_whole: bool = True
    is_inquiry: bool = False

    def act(self, world):
        page = world.session(world.order(self.order), is_old=False)
        if page["payment_intent"]:
            world.stripe.open_dispute(
                page["payment_intent"],
                amount=None if self.is_whole else 300,
                is_inquiry=self.is_inquiry,
            )


@dataclass(frozen=True)
class Decide(Step):
    """Let the bank decide the disputes."""

    is_won: bool

    def act(self, world):
        for dispute in world.store.matching("dispute"):
            world.stripe.close_dispute(dispute["id"], is_won=self.is_won)


@dataclass(frozen=True)
class Cancel(Step):
    order: int
    reason: str = "reader"

    def act(self, world):
        order = world.order(self.order)
        cancelling.cancel(
            order=order,
            reason=self.reason,
            form_key=world.form_key("cancel", order.number),
            now=timezone.now(),
        )


@dataclass(frozen=True)
class Reopen(Step):
    """Take the books back into a basket."""

    order: int

    def act(self, world):
        order = world.order(self.order)
        basket = get_model("basket", "Basket").objects.create()
        basket.strategy = world.strategy
        reopening.reopen(order=order, basket=basket, now=timezone.now())


@dataclass(frozen=True)
class Pack(Step):
    order: int

    def act(self, world):
        parcels.begin_packing(order=world.order(self.order), now=timezone.now())


@dataclass(frozen=True)
class Send(Step):
    """Send a parcel: one copy of each line, or all that is left."""

    order: int
    is_all: bool
    form: int = 0

    def act(self, world):
        order = world.order(self.order)
        copies = {
            each.line.pk: each.to_send if self.is_all else min(1, each.to_send)
            for each in standing.of_order(order)
        }
        parcels.send(
            order=order,
            copies=copies,
            form_key=world.form_key("parcel", order.number, self.is_all, self.form),
            now=timezone.now(),
        )


@dataclass(frozen=True)
class Arrive(Step):
    """Let the printer bring copies of the book to come."""

    def act(self, world):
        record = StockRecord.objects.filter(pk=world.records[COMING])
        record.update(num_in_stock=F("num_in_stock") + 1)
        world.arrived += 1


@dataclass(frozen=True)
class Reprice(Step):
    """Let an order's total become another than the page asks for."""

    order: int

    def act(self, world):
        orders = type(world.order(self.order)).objects
        mine = orders.filter(pk=world.order(self.order).pk, status="Pending payment")
        mine.update(total_incl_tax=F("total_incl_tax") + 1)


@dataclass(frozen=True)
class Cheapen(Step):
    """Let a page ask for less than its order costs."""

    order: int

    def act(self, world):
        order = world.order(self.order)
        start(world, order)
        page = world.session(order, is_old=False)
        if page["status"] == "open" and not page["payment_intent"]:
            with world.store.change():
                world.store.save(page | {"amount_total": 100, "amount_subtotal": 100})


@dataclass(frozen=True)
class Dying(Step):
    """A step whose process dies after so many commits and answers of Stripe's."""

    step: Step
    at: int

    def act(self, world):
        try:
            with watched(Death(at=self.at)):
                do(world, self.step)
        except Died:
            connection.close()


@dataclass(frozen=True)
class Overtaken(Step):
    """A step in the middle of which another is taken whole; at 0 both begin at once."""

    step: Step
    by: Step
    at: int

    def act(self, world):
        taken = []

        def overtake():
            taken.append(world.in_another_process(lambda: do(world, self.by)))
            if self.at:
                taken[0].result(timeout=LONGEST_WAIT)

        if not self.at:
            overtake()
        try:
            with watched(Overtaking(overtake, at=self.at)):
                do(world, self.step)
        finally:
            if not taken:
                overtake()
            taken[0].result(timeout=LONGEST_WAIT)
