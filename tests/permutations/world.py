"""A small shop with a stand-in for Stripe, made anew for each sequence of steps."""

import json
import logging
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import partial
from uuid import UUID, uuid5

from django.db import connection
from django.test import Client
from django.utils import timezone
from oscar.core.loading import get_model
from stripe import WebhookSignature

from bookstore.demo.stripe import StandIn, checkout
from bookstore.demo.stripe.refusals import Refused
from catalog.pricing.models import StockRecord
from catalog.pricing.strategy import Selector
from checkout import (
    cancelling,
    emails,
    gateway,
    inbox,
    limits,
    locks,
    models,
    parcels,
    payments,
    refunds,
    stock,
)
from checkout.placing import AlreadyPlaced, Shipping, Shown, place_order
from tests.books import make_edition
from tests.permutations.points import Died, unwatched

SECRET, KEY = "whsec_only_for_tests", "sk_test_only_for_tests"
POST = Shipping(code="post", name="By post", price=Decimal("4.50"))
ADA = {"name": "Ada Reader", "email": "ada@example.com"}
NAMES = UUID("6b1f7c1e-54b5-4f3e-9a52-8f4b4a0f7a11")
# A bank's answer comes within three days; what Stripe did eight days ago is not looked up.
LONGEST = timedelta(days=5)

SCARCE, EBOOK, COMING = "scarce", "e-book", "to come"
BASKETS = {
    "a copy": {SCARCE: 1},
    "two copies": {SCARCE: 2},
    "a copy and an e-book": {SCARCE: 1, EBOOK: 1},
    "three copies": {SCARCE: 3},
    "an e-book": {EBOOK: 1},
    "a copy and one to come": {SCARCE: 1, COMING: 1},
}

REFUSALS = (
    payments.NotPayable,
    payments.Unavailable,
    refunds.NotRefundable,
    parcels.NotSendable,
    cancelling.NotCancelled,
    stock.SoldOut,
    limits.TooManyTries,
    locks.Busy,
    gateway.Unreachable,
    gateway.Refused,
    checkout.Ended,
    checkout.Declined,
    checkout.OwnerAsked,
    Refused,
)
"""What a step may answer instead of being done."""

Order = get_model("order", "Order")


@dataclass(frozen=True)
class Opening:
    """How the shop stands at the beginning: copies of the scarce book, readers' baskets."""

    copies: int
    baskets: tuple[str, ...]


class Unexpected(logging.Handler):
    """Collects the exceptions that production code swallows into its log."""

    def __init__(self) -> None:
        super().__init__(level=logging.WARNING)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        kind = record.exc_info[0] if record.exc_info else None
        is_refusal = kind is not None and issubclass(kind, (*REFUSALS, Died))
        is_mine = record.name == "checkout.stock" or "deadlock" in text
        if is_mine or (kind is not None and not is_refusal):
            self.found.append(
                f"{record.name}: {text} {record.exc_info and record.exc_info[1]!r}"
            )


class World:
    """What the steps act on. One for each process of tests; `begin` makes all of it new."""

    def __init__(self, stripe: StandIn, clock) -> None:
        self.stripe, self.clock = stripe, clock
        self.store = stripe.store
        self.epoch, self.number = timezone.now(), 0
        self.client = Client()
        self.strategy = Selector().strategy()
        self.other = ThreadPoolExecutor(1, thread_name_prefix="another process")
        self.log = Unexpected()
        self.mails: Counter[tuple[str, str, str]] = Counter()
        self.country, _ = get_model("address", "Country").objects.get_or_create(
            iso_3166_1_a2="US", defaults={"printable_name": "United States", "name": "USA"}
        )
        self.editions = {
            SCARCE: make_edition(title="My Life", price="20.00", copies=1),
            EBOOK: make_edition(title="1905", type="epub", price="9.00"),
            COMING: make_edition(title="Stalin", price="30.00", copies=0, status="forthcoming"),
        }
        records = {
            name: StockRecord.objects.get(product=edition)
            for name, edition in self.editions.items()
        }
        self.records = {name: record.pk for name, record in records.items()}
        self.prices = {name: record.price for name, record in records.items()}

    def begin(self, opening: Opening) -> None:
        """Forget the last sequence and open the shop."""
        self._forget()
        self.number += 1
        self.opening = opening
        self.arrived = 0
        self.orders: dict[int, int] = {}
        self.baskets: dict[int, int] = {}
        self.pages: dict[int, list[str]] = {}
        self.heard: Counter[str] = Counter()
        self.dropped: set[str] = set()
        self.placing = threading.Lock()
        self.mails.clear()
        self.log.found.clear()
        self.clock.move_to(self.epoch)
        StockRecord.objects.filter(pk=self.records[SCARCE]).update(
            num_in_stock=opening.copies, num_allocated=None
        )
        StockRecord.objects.filter(pk=self.records[COMING]).update(
            num_in_stock=0, num_allocated=None
        )

    def _forget(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_EMPTY_ALL)
        with self.store.change():
            for table in self.store.rows(_STRIPES_TABLES):
                self.store.run(f"DELETE FROM {table['name']}")

    # Orders

    def order(self, index: int):
        """Return a reader's order as it is now, placed at the first need.

        :raises stock.SoldOut: if its books were gone.
        """
        index %= len(self.opening.baskets)
        if index not in self.orders:
            self.orders[index] = self._place(index)
        return Order.objects.get(pk=self.orders[index])

    def is_placed(self, index: int) -> bool:
        return index % len(self.opening.baskets) in self.orders

    def _place(self, index: int) -> int:
        basket = self._basket(index)
        is_parcel = any(line.product.is_shipping_required for line in basket.all_lines())
        shipping = POST if is_parcel else None
        address = get_model("order", "ShippingAddress")(
            first_name="Ada", last_name="Reader", line1="1 Library Lane", country=self.country
        )
        try:
            return place_order(
                basket=basket,
                user=None,
                email=ADA["email"],
                shipping_address=address if is_parcel else None,
                shipping=shipping,
                shown=Shown.of(basket, shipping),
                now=timezone.now(),
            ).pk
        except AlreadyPlaced as already:
            return already.order.pk

    def _basket(self, index: int):
        baskets = get_model("basket", "Basket").objects
        with self.placing, unwatched():
            if index not in self.baskets:
                self.baskets[index] = baskets.create().pk
                get_model("basket", "Line").objects.bulk_create(
                    self._basket_line(self.baskets[index], name, copies)
                    for name, copies in BASKETS[self.opening.baskets[index]].items()
                )
        basket = baskets.get(pk=self.baskets[index])
        basket.strategy = self.strategy
        return basket

    def _basket_line(self, basket_pk: int, name: str, copies: int):
        return get_model("basket", "Line")(
            basket_id=basket_pk,
            product=self.editions[name],
            stockrecord_id=self.records[name],
            quantity=copies,
            line_reference=name,
            price_currency="USD",
            price_excl_tax=self.prices[name],
            price_incl_tax=self.prices[name],
        )

    def form_key(self, *names: object) -> UUID:
        """Return the key of a form: equal for equal names, as in a second click."""
        return uuid5(NAMES, "/".join(map(str, [self.number, *names])))

    # Pages

    def see(self, order, url: str) -> None:
        """Note that a reader has a page before them."""
        session_id = url.rpartition("/")[2]
        if session_id not in self.pages.setdefault(order.pk, []):
            self.pages[order.pk].append(session_id)

    def session(self, order, *, is_old: bool) -> dict:
        """Return the newest page that this order's reader has seen, or the oldest open one.

        The latter may be one whose address was lost on its way: somebody finds it.

        :raises checkout.Ended: if there is none.
        """
        if is_old:
            named = {"client_reference_id": order.number, "status": "open"}
            if still_open := self.store.matching("checkout.session", **named):
                return still_open[-1]
        seen = self.pages.get(order.pk, [])
        if not seen:
            raise checkout.Ended
        return self.store.get("checkout.session", seen[0 if is_old else -1])

    # Events

    def events(self) -> list[dict]:
        """Return what Stripe has to tell us, oldest first."""
        rows = self.store.rows("SELECT body FROM objects WHERE kind = 'event' ORDER BY seq")
        events = [json.loads(row["body"]) for row in rows]
        return [event for event in events if event["type"] in inbox.HEARD]

    def unheard(self) -> list[dict]:
        """Return the events that have not arrived and were not lost."""
        gone = {*self.heard, *self.dropped}
        return [event for event in self.events() if event["id"] not in gone]

    def deliver(self, event: dict) -> None:
        """Post an event to the shop; it has arrived if the shop says so."""
        body = json.dumps(event)
        answer = self.client.post(
            "/checkout/stripe/webhook/",
            body,
            content_type="application/json",
            headers={
                "stripe-signature": WebhookSignature.generate_signature_header(body, SECRET)
            },
        )
        assert answer.status_code in {204, 503}, answer.status_code
        if answer.status_code == 204:
            self.heard[event["id"]] += 1

    # Time and other processes

    def later(self, wait: timedelta) -> None:
        """Let time pass, for Stripe and the shop together."""
        self.clock.shift(wait)
        self.stripe.courier.meet_deadlines()

    @property
    def elapsed(self) -> timedelta:
        return timezone.now() - self.epoch

    def in_another_process(self, act):
        """Begin `act` on another connection; return its future."""
        return self.other.submit(partial(_apart, act))

    def close(self) -> None:
        self.other.submit(lambda: connection.close()).result()  # noqa: PLW0108
        self.other.shutdown()


def _apart(act):
    try:
        return act()
    finally:
        # What a step left open must not hold the next one up.
        if connection.in_atomic_block:
            connection.close()


def record_mails(world: World, monkeypatch) -> None:
    """Count mails in place of sending them; what they say is tested elsewhere."""

    def send(owed: models.OrderMail) -> None:
        world.mails[owed.order.number, owed.kind, owed.about] += 1

    monkeypatch.setattr(emails, "_send", send)


_TABLES = [
    models.StaffNotice,
    models.CardTry,
    models.StripeEvent,
    models.StripeComparison,
    models.OrderMail,
    models.RefundLine,
    models.RefundRequest,
    models.Dispute,
    models.ParcelLine,
    models.Parcel,
    models.MoneyMovement,
    models.PaymentAttempt,
    get_model("payment", "Transaction"),
    get_model("payment", "Source"),
    get_model("order", "PaymentEventQuantity"),
    get_model("order", "PaymentEvent"),
    get_model("order", "OrderStatusChange"),
    get_model("order", "LinePrice"),
    get_model("order", "Line"),
    Order,
    get_model("order", "ShippingAddress"),
    get_model("basket", "Line"),
    get_model("basket", "Basket"),
]
_STRIPES_TABLES = """SELECT name FROM sqlite_master WHERE type = 'table'
    AND name NOT LIKE 'sqlite_%' AND name <> 'settings'"""
_EMPTY_ALL = "; ".join(f"DELETE FROM {model._meta.db_table}" for model in _TABLES)
