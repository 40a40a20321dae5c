"""The money the account holds: what was paid, less what went back or is disputed."""

from typing import Any

from bookstore.demo.stripe import disputes
from bookstore.demo.stripe.store import Store

Body = dict[str, Any]


def of_charge(store: Store, charge: Body) -> int:
    """Return what is left of a charge, in minor units.

    A pending refund has left already; a failed one has come back. A dispute takes its
    amount when it opens and returns it only if the shop wins; an inquiry takes nothing.
    """
    taken = sum(
        dispute["amount"]
        for dispute in disputes.over(store, charge)
        if disputes.has_taken(dispute)
    )
    return int(charge["amount_captured"] - charge["amount_refunded"] - taken)


def of_intent(store: Store, intent_id: str) -> int:
    """Return what is left of all that was paid on an intent, in minor units."""
    charges = store.matching("charge", payment_intent=intent_id)
    return sum(of_charge(store, charge) for charge in charges)


def by_currency(store: Store) -> dict[str, int]:
    """Return what the whole account holds."""
    sums: dict[str, int] = {}
    for charge in store.matching("charge", status="succeeded"):
        code = charge["currency"]
        sums[code] = sums.get(code, 0) + of_charge(store, charge)
    return sums
