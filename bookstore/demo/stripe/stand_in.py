"""The stand-in as one object: what it remembers, what it carries, what it serves."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bookstore.demo.stripe import (
    balance,
    checkout,
    dashboard,
    deliveries,
    faults,
    refunds,
    server,
    sessions,
    webhook_endpoint,
)
from bookstore.demo.stripe.courier import Courier
from bookstore.demo.stripe.faults import Fault
from bookstore.demo.stripe.store import Store

_VERBS = {
    "expire session": sessions.expire_in_time,
    "settle debit": checkout.settle_debit,
    "fail debit": checkout.fail_debit,
    "refund succeeded": refunds.succeed,
    "refund failed": refunds.fail,
}


class NotATestKey(ValueError):
    """Only keys that can move no money are taken."""


class StandIn:
    """A Stripe account in which no money moves.

    >>> with StandIn(secret_key="sk_test_1", webhook_secret="whsec_1").serving() as stand_in:
    ...     stand_in.base_url.startswith("http://127.0.0.1:")
    True
    """

    def __init__(  # noqa: PLR0913
        self,
        *,
        secret_key: str,
        webhook_secret: str,
        webhook_url: str = "",
        data: str = ":memory:",
        port: int = 0,
        first_wait: float = 1.0,
        timeout: float = 10.0,
    ) -> None:
        """Open the data file and take the port; nothing is answered before `start`.

        `port` 0 takes any free one. `first_wait` is how long, in seconds, a failed
        delivery waits for its second try; `timeout` how long the shop may take.

        :raises NotATestKey: when the key does not begin with `sk_test_`.
        """
        if not secret_key.startswith("sk_test_"):
            message = "The stand-in takes only keys that begin with sk_test_."
            raise NotATestKey(message)
        self.secret_key = secret_key
        self.webhook_secret = webhook_secret
        self.store = Store(data)
        if webhook_url:
            self.webhook_url = webhook_url
        self.courier = Courier(
            self.store,
            secret=webhook_secret,
            verbs=_VERBS,
            first_wait=first_wait,
            timeout=timeout,
        )
        self.store.after_commit = self.courier.wake
        self._server = server.Server(self, port=port)
        self.base_url = self._server.base_url

    @property
    def webhook_url(self) -> str:
        """Where events are delivered; empty keeps them waiting."""
        return webhook_endpoint.url(self.store)

    @webhook_url.setter
    def webhook_url(self, url: str) -> None:
        with self.store.change():
            self.store.set_setting("webhook_url", url)

    @property
    def is_idle(self) -> bool:
        """Whether no delivery is waiting to be made."""
        return deliveries.waiting(self.store) == 0

    def advance(self, seconds: float) -> None:
        """Bring every deadline nearer: sessions expire, banks answer, retries are made."""
        with self.store.change():
            self.store.clock.ahead += seconds
            self.store.set_setting("ahead", str(self.store.clock.ahead))
        self.courier.meet_deadlines()

    def plan_fault(
        self, kind: str, *, count: int | None = 1, seconds: float = 0, only: str = ""
    ) -> Fault:
        """Let something go wrong the next `count` times, None for all: see `faults.plan`."""
        return faults.plan(self.store, kind, count=count, seconds=seconds, only=only)

    def clear_faults(self, kind: str = "") -> None:
        """Let one kind of fault, or any, happen no more."""
        faults.clear(self.store, kind)

    def refund(self, paid_id: str, *, amount: int | None = None) -> dict[str, Any]:
        """Refund a payment (intent or charge) in the dashboard: see `dashboard.refund`."""
        return dashboard.refund(self.store, paid_id, amount=amount)

    def open_dispute(
        self, paid_id: str, *, amount: int | None = None, is_inquiry: bool = False
    ) -> dict[str, Any]:
        """Dispute a payment (intent or charge): see `dashboard.open_dispute`."""
        return dashboard.open_dispute(self.store, paid_id, amount=amount, is_inquiry=is_inquiry)

    def escalate_dispute(self, dispute_id: str) -> dict[str, Any]:
        """Let an inquiry become a dispute: see `dashboard.escalate_dispute`."""
        return dashboard.escalate_dispute(self.store, dispute_id)

    def close_dispute(self, dispute_id: str, *, is_won: bool) -> dict[str, Any]:
        """Decide a dispute: see `dashboard.close_dispute`."""
        return dashboard.close_dispute(self.store, dispute_id, is_won=is_won)

    def settle_debit(self, intent_id: str) -> None:
        """Let the payer's bank pay: see `dashboard.settle_debit`."""
        dashboard.settle_debit(self.store, intent_id, is_paid=True)

    def fail_debit(self, intent_id: str) -> None:
        """Let the payer's bank refuse: see `dashboard.settle_debit`."""
        dashboard.settle_debit(self.store, intent_id, is_paid=False)

    def money_held(self, intent_id: str) -> int:
        """Return what is left of what was paid on an intent: see `balance.of_charge`."""
        return balance.of_intent(self.store, intent_id)

    def start(self) -> None:
        """Answer requests and carry events, in threads of their own."""
        self.courier.start()
        self._server.start()

    def stop(self) -> None:
        """Finish what is under way and let go of port and file."""
        self._server.stop()
        self.courier.stop()
        self.store.close()

    @contextmanager
    def serving(self) -> Iterator["StandIn"]:
        """Run for as long as a `with` block."""
        self.start()
        try:
            yield self
        finally:
            self.stop()
