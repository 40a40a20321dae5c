"""Lists and expansions, as every reading request of the API may ask for them."""

import json
from typing import Any

from bookstore.demo.stripe.refusals import Refused, check_spoken, no_such, not_spoken
from bookstore.demo.stripe.store import Store, type_of_id

Body = dict[str, Any]

_USUAL, _MOST = 10, 100
_DEEPEST = 4
_PAGING = frozenset({"created", "ending_before", "expand", "limit", "starting_after"})
_OF_EVENTS = frozenset({"delivery_success", "type", "types"})
_MOST_TYPES = 20
# Stripe has objects for these ids; here they are only ids.
_NOT_KEPT = frozenset({"balance_transaction", "failure_balance_transaction", "payment_method"})
_COMPARED = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def page(store: Store, kind: str, params: Body, *, url: str, fields: tuple[str, ...]) -> Body:
    """Return a page of objects, newest first, filtered by the named fields.

    :raises Refused: when the page's bounds make no sense.
    """
    check_spoken(params, {*_PAGING, *_OF_EVENTS, *fields})
    where, values = ["kind = ?"], [kind]
    for name in fields:
        if name in params:
            where.append(f"json_extract(body, '$.{name}') = ?")
            values.append(params[name])
    _bound_by_time(params.get("created"), where, values)
    _bound_by_type(params, where, values)
    if "delivery_success" in params:
        sign = "=" if params["delivery_success"] else ">"
        where.append(f"json_extract(body, '$.pending_webhooks') {sign} 0")
    order = _bound_by_cursor(store, kind, params, where, values)
    limit = _limit(params)
    rows = store.rows(
        f"SELECT body FROM objects WHERE {' AND '.join(where)}"  # noqa: S608
        f" ORDER BY seq {order} LIMIT ?",
        (*values, limit + 1),
    )
    found = [json.loads(row["body"]) for row in rows[:limit]]
    if order == "ASC":
        found.reverse()
    return {"object": "list", "url": url, "has_more": len(rows) > limit, "data": found}


def page_of(data: list[Body], params: Body, *, url: str) -> Body:
    """Return a page of objects that are all at hand, in their order.

    :raises Refused: when the page's bounds make no sense.
    """
    limit = _limit(params)
    ids = [body["id"] for body in data]
    for name in ("starting_after", "ending_before"):
        if name in params and params[name] not in ids:
            raise no_such(noun="object", object_id=params[name], param=name)
    if "ending_before" in params:
        data = data[: ids.index(params["ending_before"])]
        shown, is_more = data[-limit:], len(data) > limit
    else:
        begin = ids.index(params["starting_after"]) + 1 if "starting_after" in params else 0
        shown, is_more = data[begin : begin + limit], len(data) > begin + limit
    return {"object": "list", "url": url, "has_more": is_more, "data": shown}


def expand(store: Store, body: Body, paths: list[str]) -> Body:
    """Put whole objects in the place of the ids that were asked for.

    :raises Refused: when something cannot be expanded.
    """
    for path in paths:
        steps = path.split(".")
        if len(steps) > _DEEPEST:
            message = f"You cannot expand more than {_DEEPEST} levels of a property."
            raise Refused(message, param="expand")
        targets = [body]
        if body["object"] == "list":
            if steps.pop(0) != "data":
                raise _not_expandable(path)
            targets = body["data"]
        for target in targets:
            _expand_one(store, target, steps, path=path)
    return body


def _expand_one(store: Store, body: Body, steps: list[str], *, path: str) -> None:
    here: Any = body
    for step in steps:
        if step not in here:
            here[step] = _included(store, here, step, path=path)
        found = here[step]
        if isinstance(found, str):
            kind = next((k for p, k in type_of_id.items() if found.startswith(p)), None)
            if step in _NOT_KEPT:
                raise not_spoken(name=f"expand[{path}]")
            if kind is None or step == "id":
                raise _not_expandable(path)
            here[step] = found = store.get(kind, found)
        if found is None:
            return
        if not isinstance(found, dict):
            raise _not_expandable(path)
        here = found


def _included(store: Store, body: Body, step: str, *, path: str) -> Body:
    """Return a list that an object shows only when asked to."""
    if (body.get("object"), step) == ("checkout.session", "line_items"):
        data = store.aside(body["id"])["line_items"]
        url = f"/v1/checkout/sessions/{body['id']}/line_items"
    elif (body.get("object"), step) == ("charge", "refunds"):
        data = store.matching("refund", payment_intent=body["payment_intent"])
        data = [refund for refund in data if refund["charge"] == body["id"]]
        url = f"/v1/charges/{body['id']}/refunds"
    else:
        raise _not_expandable(path)
    return page_of(data, {}, url=url)


def _limit(params: Body) -> int:
    limit = int(params.get("limit", _USUAL))
    if not 1 <= limit <= _MOST:
        message = f"Invalid limit: must be between 1 and {_MOST}"
        raise Refused(message, code="parameter_invalid_integer", param="limit")
    return limit


def _bound_by_time(created: Any, where: list[str], values: list[Any]) -> None:
    if isinstance(created, int):
        created = {"gte": created, "lte": created}
    for name, value in (created or {}).items():
        where.append(f"created {_COMPARED[name]} ?")
        values.append(value)


def _bound_by_type(params: Body, where: list[str], values: list[Any]) -> None:
    if "type" in params and "types" in params:
        message = "You may only specify one of these parameters: type, types."
        raise Refused(message, param="types")
    types = params.get("types") or ([params["type"]] if "type" in params else [])
    if len(types) > _MOST_TYPES:
        message = f"You may name up to {_MOST_TYPES} types."
        raise Refused(message, param="types")
    if types:
        matches = " OR ".join("json_extract(body, '$.type') GLOB ?" for _ in types)
        where.append(f"({matches})")
        values.extend(types)


def _bound_by_cursor(
    store: Store, kind: str, params: Body, where: list[str], values: list[Any]
) -> str:
    """Begin after, or end before, a given object. Return the order to read in."""
    for name, sign, order in (("starting_after", "<", "DESC"), ("ending_before", ">", "ASC")):
        if cursor := params.get(name):
            seen = store.rows(
                "SELECT seq FROM objects WHERE id = ? AND kind = ?", (cursor, kind)
            )
            if not seen:
                raise no_such(kind, cursor, param=name)
            where.append(f"seq {sign} ?")
            values.append(seen[0]["seq"])
            return order
    return "DESC"


def _not_expandable(path: str) -> Refused:
    return Refused(f"This property cannot be expanded ({path}).", param="expand")
