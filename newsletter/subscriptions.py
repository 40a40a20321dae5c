"""Sign up, confirm, change topics, leave."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction

from newsletter import emails, wording
from newsletter.models import Consent, Subscriber

State = Subscriber.State


class UnknownLink(Exception):
    """No subscriber has the token, or it no longer opens what was asked."""


@dataclass(frozen=True)
class Evidence:
    """Where an act of consent came from: the page's path, the shortened IP address."""

    page: str
    network: str = ""


@transaction.atomic
def sign_up(*, email: str, topics: Sequence[str], evidence: Evidence) -> None:
    """Keep the wish and answer it by mail once the transaction has committed.

    Whoever is known already is not changed by a stranger's form: a confirmed
    subscriber keeps state and topics, and the mail tells what can be done.
    """
    # Two sign-ups at once: the second INSERT waits for the first and does nothing.
    Subscriber.objects.bulk_create([Subscriber(email=email)], ignore_conflicts=True)
    subscriber = Subscriber.objects.at_address(email).select_for_update().get()
    if subscriber.state != State.CONFIRMED:
        subscriber.state = State.UNCONFIRMED
        subscriber.topics = list(topics)
        subscriber.save(update_fields=["state", "topics"])
    _record(subscriber, Consent.Act.ASKED, wording.of_signup(), topics, evidence)
    transaction.on_commit(partial(emails.answer_signup.enqueue, subscriber.pk))


@transaction.atomic
def confirm(*, token: str, evidence: Evidence, now: datetime) -> Subscriber:
    """Make an unconfirmed subscriber a confirmed one; a second time changes nothing.

    :raises UnknownLink: if nobody has the token or its owner has left since.
    """
    subscriber = to_confirm(token=token)
    confirmed = Subscriber.objects.filter(pk=subscriber.pk, state=State.UNCONFIRMED).update(
        state=State.CONFIRMED, confirmed_at=now, mailed_at=None
    )
    subscriber.refresh_from_db()
    if confirmed:
        shown = wording.of_choice(wording.CONFIRM, subscriber.topics)
        _record(subscriber, Consent.Act.CONFIRMED, shown, subscriber.topics, evidence)
    return subscriber


@transaction.atomic
def change_topics(*, token: str, topics: Sequence[str], evidence: Evidence) -> None:
    """Write to a confirmed subscriber about these topics from now on.

    :raises UnknownLink: if nobody who is subscribed has the token.
    """
    mine = Subscriber.objects.with_token(token).filter(state=State.CONFIRMED)
    if not mine.update(topics=list(topics)):
        raise UnknownLink
    shown = wording.of_choice(wording.SAVE, topics)
    _record(mine.get(), Consent.Act.CHANGED, shown, topics, evidence)


@transaction.atomic
def leave(*, token: str, shown: str, evidence: Evidence, now: datetime) -> None:
    """Stop all mail at once; a second time changes nothing.

    :raises UnknownLink: if nobody has the token.
    """
    subscriber = by_token(token=token)
    others = Subscriber.objects.filter(pk=subscriber.pk).exclude(state=State.UNSUBSCRIBED)
    if others.update(state=State.UNSUBSCRIBED, unsubscribed_at=now, mailed_at=None):
        _record(subscriber, Consent.Act.LEFT, shown, subscriber.topics, evidence)


def by_token(*, token: str) -> Subscriber:
    """Return the subscriber whose mails carry the token.

    :raises UnknownLink: if there is none.
    """
    subscriber = Subscriber.objects.with_token(token).first()
    if subscriber is None:
        raise UnknownLink
    return subscriber


def to_confirm(*, token: str) -> Subscriber:
    """Return a subscriber who may confirm, or has.

    :raises UnknownLink: if there is none, or they left: leaving outlives old mails.
    """
    subscriber = by_token(token=token)
    if subscriber.state == State.UNSUBSCRIBED:
        raise UnknownLink
    return subscriber


def subscribed(*, token: str) -> Subscriber:
    """Return the confirmed subscriber whose mails carry the token.

    :raises UnknownLink: if there is none.
    """
    subscriber = by_token(token=token)
    if subscriber.state != State.CONFIRMED:
        raise UnknownLink
    return subscriber


def _record(
    subscriber: Subscriber,
    act: Consent.Act,
    shown: str,
    topics: Sequence[str],
    evidence: Evidence,
) -> None:
    Consent.objects.create(
        subscriber=subscriber,
        act=act,
        wording=shown,
        topics=list(topics),
        page=evidence.page,
        network=evidence.network,
    )
