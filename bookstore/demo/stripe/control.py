"""The control page: what a bank, a cardholder, a dashboard or bad luck would do."""

import json
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from bookstore.demo.stripe import (
    checkout,
    control_view,
    deliveries,
    disputes,
    faults,
    refunds,
    sessions,
    web,
)
from bookstore.demo.stripe.refusals import Refused, no_such

if TYPE_CHECKING:
    from bookstore.demo.stripe.stand_in import StandIn

Fields = dict[str, Any]

_ON_OBJECT = re.compile(r"/_control/(sessions|intents|disputes|refunds|events)/(\w+)/(\w+)")
_AMOUNT = re.compile(r"\d{1,9}")


class Control:
    """Answers below `/_control`, as pages or, when asked in JSON, as JSON."""

    def __init__(self, stand_in: "StandIn") -> None:
        """Control that stand-in."""
        self._stand_in = stand_in
        self._store = stand_in.store

    def answer(self, request: web.Request) -> web.Answer:
        """Show the state, or change it (POST, from the control page or in JSON)."""
        if request.method == "GET":
            return self._show(request)
        if not request.is_from_own_page:
            error = {"error": {"message": "Only the control page may do this."}}
            return web.as_json(error, status=HTTPStatus.FORBIDDEN)
        try:
            done = self._act(request.path, _fields(request))
        except Refused as refused:
            if request.is_json:
                return web.as_json({"error": refused.error}, status=refused.status)
            return control_view.show(self._state(), problem=str(refused))
        return web.as_json(done) if request.is_json else web.see_other("/_control")

    def _show(self, request: web.Request) -> web.Answer:
        if request.path == "/_control":
            state = self._state()
            return web.as_json(state) if request.is_json else control_view.show(state)
        name = request.path.removeprefix("/_control/")
        if name in {"faults", "deliveries", "clock", "webhook"}:
            return web.as_json({name: self._state()[name]})
        error = {"error": {"message": "There is no such page."}}
        return web.as_json(error, status=HTTPStatus.NOT_FOUND)

    def _state(self) -> Fields:
        store = self._store
        return {
            "clock": {"ahead": store.clock.ahead},
            "webhook": {"url": self._stand_in.webhook_url},
            "faults": [fault.as_json() for fault in faults.planned(store)],
            "waiting": deliveries.waiting(store),
            "sessions": store.latest("checkout.session"),
            "intents": store.latest("payment_intent"),
            "refunds": store.latest("refund"),
            "disputes": store.latest("dispute"),
            "events": store.latest("event"),
            "deliveries": deliveries.latest(store),
        }

    def _act(self, path: str, fields: Fields) -> Fields:
        """Do what a path says. Return the part of the state that it is about."""
        if match := _ON_OBJECT.fullmatch(path):
            self._act_on(match[1], match[2], match[3], fields)
            return {match[1]: match[2]}
        if path == "/_control/faults":
            faults.plan(
                self._store,
                str(fields.get("kind", "")),
                count=int(_number(fields, "count", 1)),
                seconds=_number(fields, "seconds", 0),
                only=str(fields.get("only", "")),
            )
        elif path == "/_control/faults/clear":
            faults.clear(self._store)
        elif path == "/_control/clock":
            self._stand_in.advance(_number(fields, "advance", 0))
        elif path == "/_control/webhook":
            self._stand_in.webhook_url = str(fields.get("url", ""))
        elif path == "/_control/refunds":
            with self._store.change():
                return refunds.create(self._store, _refund(fields))
        else:
            message = "There is nothing like that to do."
            raise Refused(message, status=HTTPStatus.NOT_FOUND)
        state = self._state()
        return {name: state[name] for name in ("clock", "webhook", "faults")}

    def _act_on(self, noun: str, object_id: str, verb: str, fields: Fields) -> None:
        """Do something to one object: the bank answers, a dispute ends, an event goes out."""
        store, outcome = self._store, fields.get("outcome")
        with store.change():
            match noun, verb, outcome:
                case "sessions", "expire", _:
                    sessions.expire(store, self._find("checkout.session", object_id))
                case "intents", "settle", "succeed" | "fail":
                    intent = self._find("payment_intent", object_id)
                    if intent["status"] != "processing":
                        message = "The bank was not asked, or has answered."
                        raise Refused(message)
                    if outcome == "succeed":
                        checkout.settle_debit(store, object_id)
                    else:
                        checkout.fail_debit(store, object_id)
                case "disputes", "close", "won" | "lost":
                    dispute = self._find("dispute", object_id)
                    disputes.close(store, dispute, outcome=str(outcome))
                case "refunds", "settle", "succeed" | "fail":
                    self._find("refund", object_id)
                    settle = refunds.succeed if outcome == "succeed" else refunds.fail
                    settle(store, object_id)
                case "events", "deliver", _:
                    deliveries.queue(store, self._find("event", object_id))
                case _:
                    message = "There is nothing like that to do."
                    raise Refused(message, status=HTTPStatus.NOT_FOUND)

    def _find(self, kind: str, object_id: str) -> Fields:
        found = self._store.find(kind, object_id)
        if found is None:
            raise no_such(kind, object_id)
        return found


def _fields(request: web.Request) -> Fields:
    """Return what was sent, from a form or as JSON."""
    if not request.is_json or not request.body:
        return dict(request.form)
    try:
        fields = json.loads(request.text)
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        message = "The body is not a JSON object."
        raise Refused(message)
    return fields


def _number(fields: Fields, name: str, usual: float) -> float:
    try:
        return float(fields.get(name) or usual)
    except (TypeError, ValueError):
        message = f"{name} is not a number"
        raise Refused(message, param=name) from None


def _refund(fields: Fields) -> Fields:
    """Return a refund's parameters; an empty amount means all that is left."""
    params = {"payment_intent": str(fields.get("payment_intent", ""))}
    amount = str(fields.get("amount") or "").strip()
    if not amount:
        return params
    if not _AMOUNT.fullmatch(amount):
        message = "The amount is not a whole number of minor units."
        raise Refused(message, param="amount")
    return params | {"amount": int(amount)}
