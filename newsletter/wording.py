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

FOLLOW = "Tell me about new books by"
FOLLOW_PROMISE = (
    "We write when there is a new book, once a day at most. Stop with one click in each mail."
)
FOLLOW_BUTTON = "Tell me"
FOLLOW_QUESTION = "Shall we write to you when there is a new book by"
FOLLOW_CONFIRM = "Yes, tell me about new books"
STOP = "Stop"
STOP_ALL = "Stop all"


def of_signup() -> str:
    """Return all that the sign-up form says."""
    return f"{TITLE}\n{_labels(Subscriber.Topic)}\n{PROMISE}"


def of_choice(button: str, topics: Iterable[str]) -> str:
    """Return what a page with topics and one button says."""
    return f"{_labels(topics)}\n[{button}]"


def of_follow(name: str) -> str:
    """Return all that the form on an author's page says."""
    return f"{FOLLOW} {name}\n{FOLLOW_PROMISE}\n[{FOLLOW_BUTTON}]"


def of_follow_choice(name: str) -> str:
    """Return what the page behind the mail's link says about one author."""
    return f"{FOLLOW_QUESTION} {name}?\n{FOLLOW_PROMISE}\n[{FOLLOW_CONFIRM}]"


def _labels(topics: Iterable[str]) -> str:
    return ", ".join(Subscriber.Topic(topic).label for topic in topics)
