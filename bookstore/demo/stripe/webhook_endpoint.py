"""The account's one webhook endpoint: where events go, and which of them."""

import json
from typing import Any

from bookstore.demo.stripe.refusals import Refused, check_spoken, no_such
from bookstore.demo.stripe.store import Store

Body = dict[str, Any]

ID = "we_1StandIn"
ALL_EVENTS = ("*",)
_SPOKEN = frozenset({"description", "disabled", "enabled_events", "expand", "metadata", "url"})


def url(store: Store) -> str:
    """Return where events are delivered; empty keeps them waiting."""
    return store.setting("webhook_url") or ""


def enabled_events(store: Store) -> tuple[str, ...]:
    """Return the event types that are delivered; `*` stands for all."""
    kept = store.setting("webhook_events")
    return tuple(json.loads(kept)) if kept else ALL_EVENTS


def is_disabled(store: Store) -> bool:
    """Tell whether deliveries were switched off."""
    return store.setting("webhook_disabled") == "yes"


def takes(store: Store, kind: str) -> bool:
    """Tell whether an event of that type is to be delivered."""
    if is_disabled(store):
        return False
    enabled = enabled_events(store)
    return "*" in enabled or kind in enabled


def change(store: Store, params: Body) -> Body:
    """Change where events go, which, or whether any; call inside a change.

    :raises Refused: when no event would be left.
    """
    check_spoken(params, _SPOKEN)
    if "enabled_events" in params:
        if not params["enabled_events"]:
            message = "You must enable at least one event."
            raise Refused(message, param="enabled_events")
        store.set_setting("webhook_events", json.dumps(params["enabled_events"]))
    if params.get("url"):
        store.set_setting("webhook_url", params["url"])
    if "disabled" in params:
        store.set_setting("webhook_disabled", "yes" if params["disabled"] else "")
    return found(store, ID)


def found(store: Store, endpoint_id: str) -> Body:
    """Return the endpoint.

    :raises Refused: when there is none of that id.
    """
    if endpoint_id != ID or not url(store):
        raise no_such(noun="webhook_endpoint", object_id=endpoint_id)
    return {
        "id": ID,
        "object": "webhook_endpoint",
        "api_version": None,
        "application": None,
        "created": 0,
        "description": None,
        "enabled_events": list(enabled_events(store)),
        "livemode": False,
        "metadata": {},
        "status": "disabled" if is_disabled(store) else "enabled",
        "url": url(store),
    }


def listed(store: Store, *, path: str) -> Body:
    """Return the list that the endpoint is alone in, empty without an address."""
    data = [found(store, ID)] if url(store) else []
    return {"object": "list", "url": path, "has_more": False, "data": data}
