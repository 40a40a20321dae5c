"""A stand-in for Stripe, the real SDK in front of it, and a shop that takes its events."""

import json
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import stripe

from bookstore.demo.stripe import StandIn, shopper

SECRET_KEY = "sk_test_for_tests"
WEBHOOK_SECRET = "whsec_for_tests"
PATIENCE = 20


class Shop:
    """Takes deliveries as a shop would, and remembers them."""

    def __init__(self) -> None:
        self.deliveries: list[tuple[bytes, str]] = []
        self.answers: list[int] = []
        self._arrival = threading.Condition()
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = shop.take(body, self.headers["Stripe-Signature"])
                self.send_response(status)
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/checkout/stripe/webhook/"

    def take(self, body: bytes, signature: str) -> int:
        with self._arrival:
            self.deliveries.append((body, signature))
            self._arrival.notify_all()
            return self.answers.pop(0) if self.answers else 204

    def read(self, body: bytes, signature: str) -> stripe.Event:
        return stripe.Webhook.construct_event(body, signature, WEBHOOK_SECRET)

    @property
    def events(self) -> list[stripe.Event]:
        """All that arrived and is signed as it should be."""
        found = []
        for body, signature in list(self.deliveries):
            try:
                found.append(self.read(body, signature))
            except stripe.SignatureVerificationError:
                continue
        return found

    @property
    def types(self) -> list[str]:
        return [event.type for event in self.events]

    def wait_until(self, is_so: Callable[[], Any]) -> None:
        with self._arrival:
            assert self._arrival.wait_for(is_so, timeout=PATIENCE), self.types

    def wait_for(self, kind: str, *, times: int = 1) -> stripe.Event:
        self.wait_until(lambda: self.types.count(kind) >= times)
        return next(event for event in self.events if event.type == kind)


@pytest.fixture
def shop() -> Iterator[Shop]:
    shop = Shop()
    thread = threading.Thread(target=shop.server.serve_forever, args=(0.02,))
    thread.start()
    yield shop
    shop.server.shutdown()
    shop.server.server_close()
    thread.join()


@pytest.fixture
def stand_in(shop: Shop) -> Iterator[StandIn]:
    account = StandIn(
        secret_key=SECRET_KEY,
        webhook_secret=WEBHOOK_SECRET,
        webhook_url=shop.url,
        first_wait=0.05,
        timeout=2,
    )
    with account.serving():
        yield account


@pytest.fixture
def connect(stand_in: StandIn) -> Callable[..., stripe.StripeClient]:
    def make(key: str = SECRET_KEY, *, retries: int = 0) -> stripe.StripeClient:
        return stripe.StripeClient(
            key, base_addresses={"api": stand_in.base_url}, max_network_retries=retries
        )

    return make


@pytest.fixture
def client(connect: Callable[..., stripe.StripeClient]) -> stripe.StripeClient:
    return connect()


def order(**changes: Any) -> dict[str, Any]:
    """Return the parameters of a session for one order of $30.45."""
    return {
        "mode": "payment",
        "client_reference_id": "100042",
        "success_url": "http://127.0.0.1:8000/paid/?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://127.0.0.1:8000/basket/",
        "expires_at": int(time.time()) + 31 * 60,
        "adaptive_pricing": {"enabled": False},
        "metadata": {"order": "100042"},
        "payment_intent_data": {"metadata": {"order": "100042"}},
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": "usd",
                    "unit_amount": 3045,
                    "product_data": {"name": "Order 100042"},
                },
            }
        ],
    } | changes


@pytest.fixture
def open_session(client: stripe.StripeClient) -> Callable[..., Any]:
    def make(*, key: str | None = None, using: Any = None, **changes: Any) -> Any:
        options = {"idempotency_key": key} if key else {}
        sessions = (using or client).v1.checkout.sessions
        return sessions.create(params=order(**changes), options=options)

    return make


@pytest.fixture
def pay(
    client: stripe.StripeClient, open_session: Callable[..., Any]
) -> Callable[..., stripe.PaymentIntent]:
    """Return a function that pays an order with a card and returns the intent."""

    def make(number: str = "4242424242424242") -> Any:
        session = open_session()
        shopper.pay_by_card(session.url, number=number)
        expand = {"expand": ["payment_intent"]}
        return client.v1.checkout.sessions.retrieve(session.id, params=expand).payment_intent

    return make


def wait_until(is_so: Callable[[], Any]) -> None:
    """Wait for what the stand-in's courier does in a thread of its own."""
    over = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < over
        time.sleep(0.01)


@pytest.fixture
def settled(stand_in: StandIn) -> Callable[[], None]:
    """Return a function that waits until no delivery is left to be made."""
    return lambda: wait_until(lambda: stand_in.is_idle)


@pytest.fixture
def put_off(stand_in: StandIn) -> Callable[[], None]:
    """Return a function that waits until a delivery was moved to later."""
    delayed = "SELECT 1 FROM deliveries WHERE result = 'delayed'"
    return lambda: wait_until(lambda: stand_in.store.rows(delayed))


@pytest.fixture
def control(stand_in: StandIn) -> Callable[..., Any]:
    """Return a function that talks to the control page as a program does, in JSON."""

    def ask(path: str, **fields: Any) -> Any:
        request = urllib.request.Request(
            f"{stand_in.base_url}/_control/{path}",
            data=json.dumps(fields).encode() if fields or path.endswith("deliver") else None,
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    return ask
