"""Keys that make a thing happen once, and that nobody can choose for somebody else."""

from typing import Any
from uuid import UUID, uuid4, uuid5

from django.utils.crypto import salted_hmac

SALT = "checkout.keys"


def secret_key(purpose: str, pk: int) -> UUID:
    """Return the same key each time for a purpose and a row; only the shop can make it."""
    return UUID(salted_hmac(SALT, f"{purpose} {pk}").hexdigest()[:32])


def readers_key(order: Any, written: str) -> UUID:
    """Return the key for a form that a reader sent about an order.

    What was written is mixed with the order's own, so that it can meet no other key.
    """
    try:
        given = UUID(written)
    except ValueError:
        given = uuid4()
    return uuid5(secret_key("form of a reader", order.pk), str(given))
