"""The control page: what a bank, a cardholder, a dashboard or bad luck would do."""

import json
import math
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode

from bookstore.demo.stripe import (
    control_state,
    control_view,
    dashboard,
    faults,
    money,
    web,
)
from bookstore.demo.stripe.refusals import Refused

if TYPE_CHECKING:
    from bookstore.demo.stripe.stand_in import StandIn

Fields = dict[str, Any]

_ON_OBJECT = re.compile(r"/_control/(sessions|intents|disputes|refunds|events)/(\w+)/(\w+)")
_MINOR = re.compile(r"\d{1,9}")
_SHOWN_AS_JSON = frozenset({"faults", "deliveries", "clock", "webhook"})


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
            fields = _fields(request)
            done = self._act(request.path, fields)
        except Refused as refused:
            if request.is_json:
                return web.as_json({"error": refused.error}, status=refused.status)
            state = control_state.read(self._store, number=1)
            return control_view.show(state, problem=str(refused), status=refused.status)
        if request.is_json:
            return web.as_json(done)
        return web.see_other(_back(request.path, fields))

    def _show(self, request: web.Request) -> web.Answer:
        if request.path == "/_control":
            if request.is_json:
                return web.as_json(control_state.as_json(self._store))
            asked = {name: values[-1] for name, values in parse_qs(request.query).items()}
            page = asked.get("page", "")
            number = int(page) if re.fullmatch(r"[1-9]\d{0,5}", page) else 1
            state = control_state.read(self._store, number=number)
            return control_view.show(state, did=asked.get("did", ""), at=asked.get("at", ""))
        name = request.path.removeprefix("/_control/")
        if name in _SHOWN_AS_JSON:
            return web.as_json({name: control_state.as_json(self._store)[name]})
        error = {"error": {"message": "There is no such page."}}
        return web.as_json(error, status=HTTPStatus.NOT_FOUND)

    def _act(self, path: str, fields: Fields) -> Fields:
        """Do what a path says. Return the part of the state that it is about."""
        if match := _ON_OBJECT.fullmatch(path):
            self._act_on(match[1], match[2], match[3], str(fields.get("outcome", "")))
            return {match[1]: match[2]}
        match path.removeprefix("/_control/"):
            case "faults":
                faults.plan(
                    self._store,
                    str(fields.get("kind", "")),
                    count=_count(fields),
                    seconds=_number(fields, "seconds", 0),
                    only=str(fields.get("only", "")).strip(),
                )
            case "faults/clear":
                faults.clear(self._store, str(fields.get("kind", "")))
            case "clock":
                self._stand_in.advance(_number(fields, "advance", 0))
            case "webhook":
                self._stand_in.webhook_url = str(fields.get("url", ""))
            case "refunds":
                return dashboard.refund(self._store, _paid(fields), amount=_amount(fields))
            case "disputes" | "inquiries" as noun:
                return dashboard.open_dispute(
                    self._store,
                    _paid(fields),
                    amount=_amount(fields),
                    is_inquiry=noun == "inquiries",
                )
            case _:
                raise _nothing_like_that()
        state = control_state.as_json(self._store)
        return {name: state[name] for name in ("clock", "webhook", "faults")}

    def _act_on(self, noun: str, object_id: str, verb: str, outcome: str) -> None:
        """Do something to one object: the bank answers, a dispute ends, an event goes out."""
        store = self._store
        match noun, verb, outcome:
            case "sessions", "expire", _:
                dashboard.expire_session(store, object_id)
            case "intents", "settle", "succeed" | "fail":
                dashboard.settle_debit(store, object_id, is_paid=outcome == "succeed")
            case "disputes", "close", "won" | "lost":
                dashboard.close_dispute(store, object_id, is_won=outcome == "won")
            case "disputes", "escalate", _:
                dashboard.escalate_dispute(store, object_id)
            case "refunds", "settle", "succeed" | "fail":
                dashboard.settle_refund(store, object_id, is_taken=outcome == "succeed")
            case "events", "deliver", _:
                dashboard.deliver_again(store, object_id)
            case _:
                raise _nothing_like_that()


def _back(path: str, fields: Fields) -> str:
    """Return the page again, with a word about what was done, at the place it is about."""
    steps = path.removeprefix("/_control/").split("/")
    words = [steps[0], *steps[2:], str(fields.get("outcome", ""))]
    if steps[0] == "faults":
        words = [*steps, ""]
    at = str(fields.get("at", ""))
    if not re.fullmatch(r"[\w-]{1,99}", at):
        at = steps[0]
    did = " ".join(word for word in words if word)
    return f"/_control?{urlencode({'did': did, 'at': at})}#{at}"


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
        number = float(fields.get(name) or usual)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        message = f"{name} is not a number"
        raise Refused(message, param=name)
    return number


def _count(fields: Fields) -> int | None:
    return None if fields.get("count") == "always" else int(_number(fields, "count", 1))


def _paid(fields: Fields) -> str:
    return str(fields.get("charge") or fields.get("payment_intent") or "")


def _amount(fields: Fields) -> int | None:
    """Return how much: `amount` in minor units, or `sum` as people write it; None for all."""
    if written := str(fields.get("sum") or "").strip():
        return money.read(written, str(fields.get("currency", "usd")))
    amount = str(fields.get("amount") or "").strip()
    if not amount:
        return None
    if not _MINOR.fullmatch(amount):
        message = "The amount is not a whole number of minor units."
        raise Refused(message, param="amount")
    return int(amount)


def _nothing_like_that() -> Refused:
    message = "There is nothing like that to do."
    return Refused(message, status=HTTPStatus.NOT_FOUND)
