import pytest
from django.core.cache import cache
from django.urls import reverse

from newsletter.models import Subscriber

TOPICS = ["publications", "offers", "events"]


@pytest.fixture(autouse=True)
def fresh_hour():
    """Forget the sign-ups that the limit counted."""
    cache.clear()


@pytest.fixture
def sign_up(client, db, django_capture_on_commit_callbacks):
    """Send the form as a browser does from one of the shop's pages."""

    def post(email="ada@example.org", *, headers=None, address="203.0.113.77", **fields):
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(
                reverse("newsletter:signup"),
                {"email": email, "topics": TOPICS, **fields},
                headers={"sec-fetch-site": "same-origin", **(headers or {})},
                REMOTE_ADDR=address,
            )

    return post


@pytest.fixture
def make_subscriber(db, django_user_model):
    def make(email="ada@example.org", state="unconfirmed", **fields):
        if state == "confirmed":
            fields.setdefault("confirmed_at", "2026-01-05T10:00:00Z")
        fields.setdefault("topics", TOPICS)
        return Subscriber.objects.create(email=email, state=state, **fields)

    return make


@pytest.fixture
def newcomer(make_subscriber):
    """Signed up; has not pressed the button yet."""
    return make_subscriber()


@pytest.fixture
def reader(make_subscriber):
    """Gets the newsletter."""
    return make_subscriber(state="confirmed")


@pytest.fixture
def leaver(make_subscriber):
    """Got the newsletter once."""
    return make_subscriber(state="unsubscribed", unsubscribed_at="2026-02-01T10:00:00Z")
