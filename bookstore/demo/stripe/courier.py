"""Carry events to the shop: signed, one after another, again until they arrive."""

import contextlib
import http.client
import json
import logging
import sqlite3
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from http import HTTPStatus

from stripe import WebhookSignature

from bookstore.demo.stripe import deadlines, deliveries, faults, webhook_endpoint
from bookstore.demo.stripe.deadlines import Verb
from bookstore.demo.stripe.store import Store

logger = logging.getLogger(__name__)

_LONGEST_SLEEP = 5.0
_HOUR = 60 * 60


class _Stay(urllib.request.HTTPRedirectHandler):
    """Take a redirect for the failure that Stripe takes it for."""

    def redirect_request(self, *_args: object, **_kwargs: object) -> None:
        """Follow nothing."""


class Courier:
    """A thread that meets deadlines and makes the deliveries that are due."""

    def __init__(
        self,
        store: Store,
        *,
        secret: str,
        verbs: Mapping[str, Verb],
        first_wait: float,
        timeout: float,
    ) -> None:
        """Prepare; nothing runs before `start`.

        `first_wait` is the time before a second try, in seconds; it doubles each time.
        """
        self._store = store
        self._secret = secret
        self._verbs = verbs
        self._first_wait = first_wait
        self._timeout = timeout
        # No proxy from the environment: the shop is on this machine.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Stay())
        self._work = threading.Event()
        self._is_over = False
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)

    def start(self) -> None:
        """Begin to carry."""
        self._thread.start()

    def wake(self) -> None:
        """Look for work now."""
        self._work.set()

    def stop(self) -> None:
        """Finish the delivery under way and end."""
        self._is_over = True
        self.wake()
        self._thread.join(timeout=self._timeout + 1)

    def meet_deadlines(self) -> None:
        """Do what the clock asks for."""
        deadlines.meet(self._store, self._verbs)

    def _run(self) -> None:
        while not self._is_over:
            self._work.clear()
            try:
                self._turn()
            except Exception:
                logger.exception("The courier stumbled")
                time.sleep(self._first_wait)
            waits = [deliveries.next_due(self._store), deadlines.next_due(self._store)]
            if not webhook_endpoint.url(self._store):
                waits = waits[1:]
            soonest = min([wait for wait in waits if wait is not None], default=_LONGEST_SLEEP)
            self._work.wait(min(soonest, _LONGEST_SLEEP))

    def _turn(self) -> None:
        self.meet_deadlines()
        # One at a time, then look again: a delivery may release another or be overtaken.
        while not self._is_over and webhook_endpoint.url(self._store):
            delivery = deliveries.first_due(self._store)
            if not delivery:
                return
            self._carry(delivery)
            self.meet_deadlines()

    def _carry(self, delivery: sqlite3.Row) -> None:
        kind, store = delivery["kind"], self._store
        # What was postponed once is not postponed again by a fault that stays on.
        is_fresh = not delivery["result"]
        if faults.take(store, "drop", kind):
            deliveries.lost(store, delivery)
        elif is_fresh and (late := faults.take(store, "delay", kind)):
            deliveries.postpone(store, delivery, seconds=late.seconds, result="delayed")
        elif (
            is_fresh
            and not deliveries.is_one_held_back(store)
            and faults.take(store, "reorder", kind)
        ):
            deliveries.hold_back(store, delivery)
        else:
            self._try(delivery)

    def _try(self, delivery: sqlite3.Row) -> None:
        store, kind = self._store, delivery["kind"]
        event = store.get("event", delivery["event_id"])
        body = json.dumps(event, indent=2)
        signed_with = self._secret
        if faults.take(store, "wrong_secret", kind):
            signed_with = "whsec_somebody_else"
        at = int(time.time())
        if faults.take(store, "old_timestamp", kind):
            at -= _HOUR
        signature = WebhookSignature.generate_signature_header(body, signed_with, at)
        twin = None
        if faults.take(store, "duplicate", kind):
            twin = threading.Thread(target=self._post, args=(body, signature), daemon=True)
            twin.start()
        status, result = self._post(body, signature)
        if twin:
            twin.join()
        if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            deliveries.arrived(store, delivery, result=result)
        else:
            logger.warning("%s %s was not taken: %s", kind, event["id"], result)
            deliveries.failed(store, delivery, result=result, first_wait=self._first_wait)

    def _post(self, body: str, signature: str) -> tuple[int, str]:
        """Make one delivery. Return the shop's status, 0 without one, and words for it."""
        request = urllib.request.Request(  # noqa: S310
            webhook_endpoint.url(self._store),
            data=body.encode(),
            headers={
                "Content-Type": "application/json; charset=utf-8",
                "Stripe-Signature": signature,
                "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
                "Accept": "*/*; q=0.5, application/xml",
            },
            method="POST",
        )
        try:
            with self._opener.open(request, timeout=self._timeout) as response:
                return response.status, f"answered {response.status}"
        except urllib.error.HTTPError as error:
            with contextlib.closing(error):
                return error.code, f"answered {error.code}"
        except (OSError, ValueError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", error)
            return 0, f"no answer: {reason or type(error).__name__}"
