"""What readers are shown when they consent, word for word, so that it can be kept."""

from collections.abc import Iterable

from newsletter.models import Subscriber

TITLE = "Sign up to receive emails on new publications, special offers, and exclusive events"
PROMISE = "We write about once a month. Leave with one click."
CONFIRM = "Yes, send me these emails"
SAVE = "Save my topics"
LEAVE = "Unsubscribe"
ONE_CLICK = "Unsubscribe button of the mail program (RFC 8058)"
BY_STAFF = "Unsubscribed by staff on request"


def of_signup() -> str:
    """Return all that the sign-up form says."""
    return f"{TITLE}\n{_labels(Subscriber.Topic)}\n{PROMISE}"


def of_choice(button: str, topics: Iterable[str]) -> str:
    """Return what a page with topics and one button says."""
    return f"{_labels(topics)}\n[{button}]"


def _labels(topics: Iterable[str]) -> str:
    return ", ".join(Subscriber.Topic(topic).label for topic in topics)
