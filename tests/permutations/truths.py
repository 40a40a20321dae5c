"""What must be true of the books, whatever has happened."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from oscar.core.loading import get_model

from bookstore.money import minor_units
from catalog.pricing.models import StockRecord
from checkout import models
from tests.permutations.world import COMING, SCARCE, Order, World

HAS_MONEY = {"Paid", "In progress", "Dispatched"}
State, Kind = models.PaymentAttempt.State, models.MoneyMovement.Kind


@dataclass
class AtStripe:
    """What Stripe has of one order."""

    sessions: list[dict[str, Any]] = field(default_factory=list)
    charges: list[dict[str, Any]] = field(default_factory=list)
    refunds: list[dict[str, Any]] = field(default_factory=list)
    disputes: list[dict[str, Any]] = field(default_factory=list)

    def held(self, intent_id: str) -> int:
        """Return what is left of a payment."""
        came = [c["amount"] for c in self.charges if c["payment_intent"] == intent_id]
        went = [
            r["amount"]
            for r in self.refunds
            if r["payment_intent"] == intent_id and r["status"] != "failed"
        ]
        lost = [
            d["amount"]
            for d in self.disputes
            if d["payment_intent"] == intent_id and d["status"] == "lost"
        ]
        return sum(came) - sum(went) - sum(lost)

    @property
    def intents(self) -> set[str]:
        """Return the payments for which money came."""
        return {charge["payment_intent"] for charge in self.charges}


def read_stripe(world: World) -> dict[str, AtStripe]:
    """Return Stripe's side of the books by order number."""
    found: dict[str, AtStripe] = defaultdict(AtStripe)
    numbers: dict[str, str] = {}
    rows = world.store.rows(
        "SELECT body FROM objects WHERE kind IN ('checkout.session', 'charge', 'refund',"
        " 'dispute') ORDER BY seq"
    )
    for body in (json.loads(row["body"]) for row in rows):
        match body["object"]:
            case "checkout.session":
                found[body["client_reference_id"]].sessions.append(body)
            case "charge":
                numbers[body["id"]] = body["metadata"]["order"]
                if body["paid"]:
                    found[numbers[body["id"]]].charges.append(body)
            case "refund":
                found[numbers[body["charge"]]].refunds.append(body)
            case "dispute":
                found[numbers[body["charge"]]].disputes.append(body)
    return found


def always(world: World) -> Iterator[str]:
    """Say what is wrong after a step; nothing may be, however much is still under way."""
    yield from world.log.found
    orders = list(Order.objects.values_list("number", "status", "total_incl_tax"))
    if orders:
        stripe = read_stripe(world)
        seen = {session_id for pages in world.pages.values() for session_id in pages}
        for number, status, total in orders:
            charged = [charge["amount"] for charge in stripe[number].charges]
            if status in HAS_MONEY and int(total * 100) not in charged:
                yield f"{number} is {status} and costs {total}, but charged was {charged}"
            if status == "Cancelled":
                for session in stripe[number].sessions:
                    if session["status"] == "open" and session["id"] in seen:
                        yield f"{number} is cancelled, but can still be paid on a page"
    lines = get_model("order", "Line").objects
    promised = dict(
        lines.filter(num_allocated__gt=0)
        .values_list("stockrecord")
        .annotate(sum=Sum("num_allocated"))
    )
    for record in StockRecord.objects.filter(pk__in=world.records.values()):
        if (record.num_allocated or 0) != promised.get(record.pk, 0):
            yield (
                f"{record.num_allocated} copies are promised, "
                f"{promised.get(record.pk, 0)} by the orders' lines"
            )
        if record.num_in_stock is not None and record.num_in_stock < 0:
            yield f"There are {record.num_in_stock} copies"


def at_rest(world: World, done: Any) -> Iterator[str]:
    """Say what is wrong when nothing is under way any more."""
    yield from always(world)
    if done.failed or done.alarms:
        yield f"The last round says {done}: {done.alarms}"
    stripe = read_stripe(world)
    for order in Order.objects.order_by("pk"):
        for complaint in _of_order(world, order, stripe[order.number]):
            yield f"{order.number} ({order.status}): {complaint}"
    yield from _of_the_shelf(world)
    events = models.StripeEvent.objects.filter(done_at=None)
    yield from (f"{event} is not done: {event.error}" for event in events)


def _of_order(world: World, order: Any, stripe: AtStripe) -> Iterator[str]:
    attempts = list(order.payment_attempts.all())
    yield from (f"{a} is {a.state}" for a in attempts if a.is_live)
    # Money that staff have still to look at, or have sent back in the dashboard, is in
    # nobody's books.
    put_aside = {a.intent_id for a in attempts if a.state in {State.REVIEW, State.FAILED}}
    put_aside &= stripe.intents
    yield from _of_money(order, stripe, put_aside)
    yield from _of_status(order, stripe, put_aside)
    yield from _of_records(order, stripe, put_aside)
    yield from _of_requests(stripe)
    yield from _of_mails(world, order)


def _of_money(order: Any, stripe: AtStripe, put_aside: set[str]) -> Iterator[str]:
    sums = Counter()
    for movement in order.money_movements.all():
        sums[movement.kind] += movement.amount
    books = sums[Kind.PAYMENT] + sums[Kind.RETURN] - sums[Kind.REFUND] - sums[Kind.CHARGEBACK]
    held = sum(map(stripe.held, stripe.intents - put_aside))
    if books != held:
        yield f"Stripe holds {held}, the books say {books}"
    source = order.sources.first()
    oscars = source.amount_debited - source.amount_refunded if source else Decimal(0)
    if minor_units(amount=oscars, currency=order.currency) != held:
        yield f"Stripe holds {held}, Oscar's books say {oscars}"


def _of_status(order: Any, stripe: AtStripe, put_aside: set[str]) -> Iterator[str]:
    held = {intent: stripe.held(intent) for intent in stripe.intents - put_aside}
    # Staff have been told that a refund failed, and pay it back in another way.
    is_told = order.staff_notices.filter(kind="refund_failed").exists()
    if order.status in HAS_MONEY:
        if sum(held.values()) <= 0:
            yield "no money is held"
        if len([left for left in held.values() if left > 0]) > 1 and not is_told:
            yield f"paid twice, and nothing was sent back: {held}"
    elif any(left > 0 for left in held.values()) and not is_told:
        yield f"money is held: {held}"
    if order.status == "Pending payment":
        states = order.payment_attempts.values_list("state", flat=True)
        if State.REVIEW not in states:
            yield f"it waits for nothing: {list(states)}"
    yield from (
        "a page is still open" for session in stripe.sessions if session["status"] == "open"
    )


def _of_records(order: Any, stripe: AtStripe, put_aside: set[str]) -> Iterator[str]:
    """Each charge, refund and dispute is on record once."""
    counts = Counter()
    for movement in order.money_movements.all():
        counts[movement.kind, movement.intent_id, movement.amount] += 1
    expected = Counter()
    for charge in stripe.charges:
        expected[Kind.PAYMENT, charge["payment_intent"], charge["amount"]] += 1
    for refund in stripe.refunds:
        expected[Kind.REFUND, refund["payment_intent"], refund["amount"]] += 1
        if refund["status"] == "failed":
            expected[Kind.RETURN, refund["payment_intent"], refund["amount"]] += 1
    for dispute in stripe.disputes:
        if dispute["status"] == "lost":
            expected[Kind.CHARGEBACK, dispute["payment_intent"], dispute["amount"]] += 1
    expected = Counter({key: n for key, n in expected.items() if key[1] not in put_aside})
    if counts != expected:
        yield f"on record are {dict(counts)}, Stripe has {dict(expected)}"
    known = set(order.disputes.exclude(intent_id__in=put_aside).values_list("pk", "status"))
    wanted = {
        (dispute["id"], dispute["status"])
        for dispute in stripe.disputes
        if dispute["payment_intent"] not in put_aside
    }
    if known != wanted:
        yield f"known disputes are {known}, Stripe has {wanted}"


def _of_requests(stripe: AtStripe) -> Iterator[str]:
    """What was asked for once was made once."""
    pages = Counter(session["metadata"]["attempt"] for session in stripe.sessions)
    refunds = Counter(refund["metadata"].get("request") for refund in stripe.refunds)
    del refunds[None]
    for number in [*pages.values(), *refunds.values()]:
        if number > 1:
            yield f"asked for once, Stripe made pages {pages}, refunds {refunds}"


def _of_mails(world: World, order: Any) -> Iterator[str]:
    owed = Counter((order.number, mail.kind, mail.about) for mail in order.mails.all())
    went = Counter({key: n for key, n in world.mails.items() if key[0] == order.number})
    if owed != went:
        yield f"mails went out {dict(went)}, owed were {dict(owed)}"
    confirmations = order.mails.filter(kind="confirmation").count()
    if order.status in HAS_MONEY and confirmations != 1:
        yield f"{confirmations} confirmations"
    refunds = order.money_movements.filter(kind=Kind.REFUND).values_list("pk", flat=True)
    about = set(order.mails.filter(kind="refund").values_list("about", flat=True))
    if not about <= set(refunds):
        yield f"mails about refunds {about} that are not on record"


def _of_the_shelf(world: World) -> Iterator[str]:
    expected = {
        SCARCE: [world.opening.copies, 0],
        COMING: [world.arrived, 0],
    }
    names = {pk: name for name, pk in world.records.items()}
    for line in get_model("order", "Line").objects.select_related("order"):
        name = names[line.stockrecord_id]
        if name in expected:
            change, claimed = _of_line(line, is_claimed=name == SCARCE)
            expected[name][0] += change
            expected[name][1] += claimed
    for name, (copies, claimed) in expected.items():
        record = StockRecord.objects.get(pk=world.records[name])
        if record.num_in_stock != copies:
            yield f"{record.num_in_stock} copies {name} are in the house, should be {copies}"
        if (record.num_allocated or 0) != claimed:
            yield f"{record.num_allocated} copies {name} are promised, should be {claimed}"


def _of_line(line: Any, *, is_claimed: bool) -> tuple[int, int]:
    """Return by how much the shelf has changed for a line, and what it still claims.

    Replayed from what left and what was refunded, in the order in which it happened.
    """
    claimed = line.quantity if is_claimed else 0
    sent = given_up = shelf = 0
    for what, each in _history(line):
        if what == "sent":
            sent += each.quantity
            shelf -= each.quantity
            claimed -= min(claimed, each.quantity)
            continue
        in_the_house = each.quantity if each.request.reason != "returned" else 0
        if what == "failed":
            given_up -= in_the_house
            continue
        unsent = max(0, min(in_the_house, line.quantity - sent - given_up))
        freed = min(claimed, unsent)
        returned = each.quantity - in_the_house
        claimed -= freed
        given_up += in_the_house
        shelf += returned if each.request.copies_come_back else -freed
    if not is_claimed or line.order.status not in HAS_MONEY | {"Pending payment"}:
        return shelf, 0
    return shelf, claimed


def _history(line: Any) -> list[tuple[str, Any]]:
    """Return a line's parcels, refunds and refunds that came back, as they happened."""
    came = {each.pk: each.recorded_at for each in line.order.money_movements.all()}
    happened = [(each.parcel.sent_at, "sent", each) for each in line.parcel_lines.all()]
    for each in line.refund_lines.exclude(request__refund_id=None):
        refund_id = each.request.refund_id
        happened.append((came[refund_id], "refunded", each))
        if returned_at := came.get(f"{refund_id}:returned"):
            happened.append((returned_at, "failed", each))
    return [(what, each) for _, what, each in sorted(happened, key=lambda entry: entry[0])]
