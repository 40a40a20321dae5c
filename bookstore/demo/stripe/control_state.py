"""What the control page shows: payments with all that belongs to them, events, faults."""

from dataclasses import dataclass
from typing import Any

from bookstore.demo.stripe import balance, deliveries, disputes, faults, webhook_endpoint
from bookstore.demo.stripe.store import Store

Body = dict[str, Any]

PAYMENTS_A_PAGE, EVENTS_A_PAGE = 20, 25


@dataclass(frozen=True)
class Payment:
    """A session and what came of it; `held` is the money left, in minor units."""

    session: Body
    intent: Body | None
    charge: Body | None
    refunds: list[Body]
    disputes: list[Body]
    held: int


@dataclass(frozen=True)
class Happening:
    """An event and its deliveries, newest first."""

    event: Body
    deliveries: list[Body]


@dataclass(frozen=True)
class State:
    """One page of the control."""

    payments: list[Payment]
    happenings: list[Happening]
    faults: list[faults.Fault]
    ahead: float
    waiting: int
    webhook_url: str
    number: int
    is_last: bool


def read(store: Store, *, number: int) -> State:
    """Return the page of that number, 1 being the newest."""
    sessions = store.latest(
        "checkout.session", most=PAYMENTS_A_PAGE + 1, skip=(number - 1) * PAYMENTS_A_PAGE
    )
    events = store.latest("event", most=EVENTS_A_PAGE)
    return State(
        payments=[_payment(store, session) for session in sessions[:PAYMENTS_A_PAGE]],
        happenings=[Happening(e, deliveries.of_event(store, e["id"])) for e in events],
        faults=faults.planned(store),
        ahead=store.clock.ahead,
        waiting=deliveries.waiting(store),
        webhook_url=webhook_endpoint.url(store),
        number=number,
        is_last=len(sessions) <= PAYMENTS_A_PAGE,
    )


def as_json(store: Store) -> Body:
    """Return the newest of everything, for programs."""
    return {
        "clock": {"ahead": store.clock.ahead},
        "webhook": {"url": webhook_endpoint.url(store)},
        "faults": [fault.as_json() for fault in faults.planned(store)],
        "waiting": deliveries.waiting(store),
        "sessions": store.latest("checkout.session"),
        "intents": store.latest("payment_intent"),
        "refunds": store.latest("refund"),
        "disputes": store.latest("dispute"),
        "events": store.latest("event"),
        "deliveries": deliveries.latest(store),
    }


def _payment(store: Store, session: Body) -> Payment:
    if not session["payment_intent"]:
        return Payment(session, None, None, [], [], 0)
    intent = store.get("payment_intent", session["payment_intent"])
    charge = intent["latest_charge"] and store.get("charge", intent["latest_charge"])
    return Payment(
        session=session,
        intent=intent,
        charge=charge,
        refunds=store.matching("refund", payment_intent=intent["id"]),
        disputes=disputes.over(store, charge) if charge else [],
        held=balance.of_intent(store, intent["id"]),
    )
