"""The test cards: each number stands for one thing a bank may say.

Numbers and their meaning: https://docs.stripe.com/testing
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

_LUHN_BASE = 10


@dataclass(frozen=True)
class Card:
    """A test card and what its bank does."""

    number: str
    does: str
    decline_code: str = ""
    error_code: str = "card_declined"
    message: str = "Your card was declined."
    asks_owner: bool = False
    is_disputed: bool = False
    is_inquired: bool = False
    refund: str = "succeeded"

    @property
    def is_declined(self) -> bool:
        """Whether the bank refuses the payment."""
        return bool(self.decline_code)

    @property
    def last4(self) -> str:
        """The digits a receipt shows."""
        return self.number[-4:]


test_cards = (
    Card("4242424242424242", "pays"),
    Card("4000000000000002", "is declined", decline_code="generic_decline"),
    Card(
        "4000000000009995",
        "is declined: not enough money",
        decline_code="insufficient_funds",
        message="Your card has insufficient funds.",
    ),
    Card("4000002500003155", "asks the cardholder first (3-D Secure)", asks_owner=True),
    Card("4000000000000259", "pays, then the cardholder disputes it", is_disputed=True),
    Card("4000000000001976", "pays, then the bank inquires about it", is_inquired=True),
    Card(
        "4000000000007726",
        "pays; a refund stays pending for a while",
        refund="pending, then succeeded",
    ),
    Card("4000000000005126", "pays; a refund fails later", refund="succeeded, then failed"),
)

_unknown = Card(
    "",
    "",
    decline_code="test_mode_live_card",
    message="Your card was declined. This is a demonstration: use one of the test cards.",
)


def of_number(number: str) -> Card:
    """Return the test card of that number; any other number is declined."""
    digits = re.sub(r"[\s-]", "", number)
    known = [card for card in test_cards if card.number == digits]
    return known[0] if known else _unknown


def has_checksum(number: str) -> bool:
    """Tell whether the last digit fits the others (ISO/IEC 7812-1, Luhn)."""
    digits = re.sub(r"[\s-]", "", number)
    if not re.fullmatch(r"[0-9]{12,19}", digits):
        return False
    doubled = [int(digit) * (1 + index % 2) for index, digit in enumerate(reversed(digits))]
    return sum(d // _LUHN_BASE + d % _LUHN_BASE for d in doubled) % _LUHN_BASE == 0


def expiry(written: str) -> tuple[int, int] | None:
    """Read `MM / YY` or `MM/YYYY` as (month, year), or None."""
    match = re.fullmatch(r"\s*(0?[1-9]|1[0-2])\s*[/ -]?\s*((?:20)?\d\d)\s*", written)
    return (int(match[1]), 2000 + int(match[2]) % 100) if match else None


def is_over(month: int, year: int, *, now: int) -> bool:
    """Tell whether a card of that month is no longer good at `now` (seconds since 1970)."""
    today = datetime.fromtimestamp(now, tz=UTC)
    return (year, month) < (today.year, today.month)
