"""The stand-in as one object: what it remembers, what it carries, what it serves."""

from collections.abc import Iterator
from contextlib import contextmanager

from bookstore.demo.stripe import checkout, deliveries, faults, refunds, server, sessions
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
        return self.store.setting("webhook_url") or ""

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
        self, kind: str, *, count: int = 1, seconds: float = 0, only: str = ""
    ) -> Fault:
        """Let something go wrong the next `count` times: see `faults.plan`."""
        return faults.plan(self.store, kind, count=count, seconds=seconds, only=only)

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
