"""A stand-in for Stripe: the part of its API that the shop uses, and no money moves.

`python -m bookstore.demo.stripe --help` starts it; `StandIn(...).serving()` is for tests.
"""

from bookstore.demo.stripe.stand_in import NotATestKey, StandIn

__all__ = ["NotATestKey", "StandIn"]
