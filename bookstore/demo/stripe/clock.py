"""Time as the stand-in's deadlines see it.

What the shop reads (`created`, `expires_at`) is real time, so that both clocks agree.
Deadlines (a session's end, a bank's answer, a delayed delivery) are kept on a second
clock that can be pushed forward: they come nearer, and nothing else drifts.
"""

import time


class Clock:
    """Real time, and how far the deadlines' clock runs ahead of it."""

    def __init__(self, *, ahead: float = 0) -> None:
        """Start `ahead` seconds in front of real time."""
        self.ahead = ahead

    def now(self) -> int:
        """Return real time in whole seconds since 1970."""
        return int(time.time())

    def deadline_now(self) -> float:
        """Return the time deadlines are compared with, in seconds since 1970."""
        return time.time() + self.ahead

    def deadline(self, real: float) -> float:
        """Translate a moment of real time into the deadlines' clock."""
        return real + self.ahead
