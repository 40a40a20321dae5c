"""For whom a message is read, and what its header says for silent records."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Market:
    """The shop for which a message is read, and the day on which it is."""

    country: str
    currency: str
    decimals: int
    today: date


@dataclass(frozen=True)
class Defaults:
    """What the message's header says for records that are silent."""

    language: str = ""
    currency: str = ""
    price_type: str = ""
