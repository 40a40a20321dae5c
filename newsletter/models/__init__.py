"""Whom the shop may write to, and the evidence that they asked."""

from newsletter.models.followers import Follow, Follower, FollowEvidence, Told
from newsletter.models.subscribers import Consent, Subscriber, new_token

__all__ = [
    "Consent",
    "Follow",
    "FollowEvidence",
    "Follower",
    "Subscriber",
    "Told",
    "new_token",
]
