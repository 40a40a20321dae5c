"""Answer the API: key, faults, idempotency, parameters, then the endpoint."""

import base64
import binascii
import hmac
import json
import time
from contextlib import ExitStack
from dataclasses import dataclass
from http import HTTPStatus

import stripe

from bookstore.demo.stripe import endpoints, faults, idempotency, lists, parameters, web
from bookstore.demo.stripe.refusals import Refused
from bookstore.demo.stripe.store import Cause, Store, new_id


class Unanswered(Exception):
    """The connection closes without an answer."""


@dataclass(frozen=True)
class Api:
    """The API of one account."""

    store: Store
    secret_key: str
    base_url: str
    keys: idempotency.Keys

    def answer(self, request: web.Request) -> web.Answer:
        """Answer a request below `/v1/`.

        :raises Unanswered: when a fault says so.
        """
        request_id = new_id("req_", length=14)
        key = request.header("Idempotency-Key") if request.method == "POST" else ""
        headers = {
            "Request-Id": request_id,
            "Stripe-Version": request.header("Stripe-Version") or stripe.api_version,
        }
        if key:
            headers["Idempotency-Key"] = key
        try:
            self._authenticate(request)
            _check_version(request)
            subject = f"{request.method} {request.path}"
            if faults.take(self.store, "rate_limit", subject):
                raise _too_many()
            stored, is_replay = self._work(request, key, request_id)
        except Refused as refused:
            stored, is_replay = _stored(refused), False
        if is_replay:
            headers["Idempotent-Replayed"] = "true"
        if stored.status == HTTPStatus.INTERNAL_SERVER_ERROR and key:
            # Asking again with this key would only get the same answer.
            headers["Stripe-Should-Retry"] = "false"
        return web.as_json(
            stored.body,
            status=stored.status,
            **{name.replace("-", "_"): value for name, value in headers.items()},
        )

    def _authenticate(self, request: web.Request) -> None:
        scheme, _, given = request.header("Authorization").partition(" ")
        if scheme.lower() == "basic":
            try:
                given = base64.b64decode(given).decode().partition(":")[0]
            except (binascii.Error, UnicodeDecodeError):
                given = ""
        if hmac.compare_digest(given.encode(), self.secret_key.encode()):
            return
        if given:
            message = f"Invalid API Key provided: {given[:8]}****{given[-4:]}"
        else:
            message = (
                "You did not provide an API key. You need to provide your API key in the"
                " Authorization header, using Bearer auth."
            )
        raise Refused(message, status=HTTPStatus.UNAUTHORIZED)

    def _work(
        self, request: web.Request, key: str, request_id: str
    ) -> tuple[idempotency.Stored, bool]:
        """Return the answer, and whether it is a stored one."""
        same = idempotency.fingerprint(request.method, request.path, request.text)
        with ExitStack() as held:
            if key:
                held.enter_context(self.keys.using(key))
                if stored := idempotency.find(self.store, key, same=same):
                    return stored, True
            endpoint, call = self._understand(request)
            return self._execute(endpoint, call, request, Cause(request_id, key or None)), False

    def _understand(self, request: web.Request) -> tuple[endpoints.Endpoint, endpoints.Call]:
        """Find the endpoint and check the parameters; a refusal here is not stored."""
        found = endpoints.find(request.method, request.path)
        if not found:
            message = (
                f"Unrecognized request URL ({request.method}: {request.path})."
                " This stand-in speaks a part of Stripe's API."
            )
            raise Refused(message, status=HTTPStatus.NOT_FOUND)
        endpoint, object_id = found
        encoded = request.text if request.method == "POST" else request.query
        params = parameters.read(encoded, shape=endpoint.shape)
        call = endpoints.Call(self.store, request.path, self.base_url, object_id, params)
        if endpoint.check:
            endpoint.check(call)
        return endpoint, call

    def _execute(
        self,
        endpoint: endpoints.Endpoint,
        call: endpoints.Call,
        request: web.Request,
        cause: Cause,
    ) -> idempotency.Stored:
        """Do it and store the answer in one transaction, as the planned faults allow."""
        subject = f"{request.method} {request.path}"
        same = idempotency.fingerprint(request.method, request.path, request.text)
        fails_before = faults.take(self.store, "fail_before", subject)
        fails_after = faults.take(self.store, "fail_after", subject)
        is_lost = faults.take(self.store, "lose_response", subject)
        if slow := faults.take(self.store, "slow", subject):
            # The key is held meanwhile: who asks again with it gets a 409.
            time.sleep(slow.seconds)

        def keep(stored: idempotency.Stored) -> idempotency.Stored:
            if cause.idempotency_key:
                idempotency.keep(
                    self.store,
                    cause.idempotency_key,
                    same=same,
                    status=stored.status,
                    body=stored.body,
                )
            return stored

        try:
            with self.store.change(cause=cause):
                if fails_before:
                    raise _broken()
                body = endpoint.act(call)
                shown = lists.expand(self.store, body, call.params.get("expand", []))
                done = idempotency.Stored(HTTPStatus.OK, json.dumps(shown))
                stored = keep(_stored(_broken()) if fails_after else done)
        except Refused as refused:
            with self.store.change(cause=cause):
                stored = keep(_stored(refused))
        if is_lost:
            raise Unanswered
        return stored


def _stored(refused: Refused) -> idempotency.Stored:
    return idempotency.Stored(refused.status, json.dumps({"error": refused.error}))


def _check_version(request: web.Request) -> None:
    """Refuse a version other than the one whose parameters are known here."""
    asked = request.header("Stripe-Version") or stripe.api_version
    if asked != stripe.api_version:
        message = f"Invalid Stripe API version: {asked}; here is only {stripe.api_version}."
        raise Refused(message, code="stand_in_limit")


def _broken() -> Refused:
    message = "An unknown error occurred. (The stand-in was told to fail.)"
    return Refused(message, status=HTTPStatus.INTERNAL_SERVER_ERROR, kind="api_error")


def _too_many() -> Refused:
    message = "Too many requests hit the API too quickly. (The stand-in was told to say so.)"
    status = HTTPStatus.TOO_MANY_REQUESTS
    return Refused(message, status=status, code="rate_limit")
