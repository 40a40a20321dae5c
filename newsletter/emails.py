"""The mails of the newsletter, sent by tasks."""

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django_tasks import task

from bookstore import mail
from newsletter.models import Subscriber

ANSWER_EVERY = timedelta(minutes=10)


@task()
def answer_signup(subscriber_id: int) -> None:
    """Ask an address to confirm, or say that it has; at most once in ten minutes.

    :raises OSError: if the mail server cannot be reached; the next run tries again.
    """
    now = timezone.now()
    if not claim_answer(subscriber_id=subscriber_id, now=now):
        return
    subscriber = Subscriber.objects.get(pk=subscriber_id)
    is_known = subscriber.state == Subscriber.State.CONFIRMED
    try:
        mail.send(
            to=subscriber.email,
            template="newsletter_known" if is_known else "newsletter_confirm",
            context={"subscriber": subscriber, **links(subscriber)},
            headers=list_headers(subscriber),
        )
    except OSError:
        Subscriber.objects.filter(pk=subscriber_id, mailed_at=now).update(mailed_at=None)
        raise


def claim_answer(*, subscriber_id: int, now: datetime) -> bool:
    """Tell whether this call is the one that mails: one guarded UPDATE decides."""
    waiting = Subscriber.objects.filter(pk=subscriber_id).not_mailed_since(now - ANSWER_EVERY)
    wanted = waiting.exclude(state=Subscriber.State.UNSUBSCRIBED)
    return bool(wanted.update(mailed_at=now))


def links(subscriber: Subscriber) -> dict[str, str]:
    """Return the addresses that a mail to this subscriber may need."""
    return {
        f"{name}_url": _absolute(name, subscriber)
        for name in ["confirm", "preferences", "unsubscribe"]
    }


def list_headers(subscriber: Subscriber) -> dict[str, str]:
    """Return the headers behind a mail program's own unsubscribe button (RFC 8058)."""
    return {
        "List-Unsubscribe": f"<{_absolute('one-click', subscriber)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _absolute(name: str, subscriber: Subscriber) -> str:
    return settings.SITE_URL + reverse(f"newsletter:{name}", args=[subscriber.token])
