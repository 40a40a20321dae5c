from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.urls import reverse

from newsletter import news
from newsletter.models import Follow, Follower, Subscriber
from tests.books import make_contributor, make_edition, make_work

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


@pytest.fixture
def trotsky(db):
    """An author with a book that can be seen."""
    person = make_contributor("Leon Trotsky")
    make_edition(make_work("My Life", author=person))
    return person


@pytest.fixture
def luxemburg(db):
    """Another author with a book that can be seen."""
    person = make_contributor("Rosa Luxemburg")
    make_edition(make_work("Reform or Revolution", author=person))
    return person


@pytest.fixture
def ask(client, db, django_capture_on_commit_callbacks):
    """Send the form of an author's page as a browser does."""

    def post(person, email="ada@example.org", *, headers=None, address="203.0.113.77", **more):
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(
                reverse("newsletter:follow", args=[person.slug]),
                {"email": email, **more},
                headers={"sec-fetch-site": "same-origin", **(headers or {})},
                REMOTE_ADDR=address,
            )

    return post


@pytest.fixture
def follow(db):
    """Let an address follow a person, as it did some time ago."""

    def follow(person, email="ada@example.org", state="confirmed", **fields):
        follower = Follower.objects.at_address(email).first()
        follower = follower or Follower.objects.create(email=email)
        if state == "confirmed":
            fields.setdefault("confirmed_at", "2026-01-05T10:00:00Z")
        if state == "stopped":
            fields.setdefault("stopped_at", "2026-02-01T10:00:00Z")
        made = Follow.objects.create(
            follower=follower, contributor=person, state=state, **fields
        )
        if state == "confirmed":
            news.note_known(Follow.objects.filter(pk=made.pk))
        return made

    return follow


@pytest.fixture
def publish(db):
    """Bring out a new book by somebody; return the work."""

    def publish(title, author, **fields):
        return make_edition(make_work(title, author=author, **fields)).parent

    return publish


@pytest.fixture
def tell():
    """Let the timer go round."""

    def tell():
        call_command("tell_followers", stdout=StringIO())

    return tell
