"""Ask to be told about new books by an author, confirm, stop; move to another author."""

from collections.abc import Collection
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery

from catalog.models import Contributor
from newsletter import follow_emails, news, wording
from newsletter.models import Follow, Follower, FollowEvidence, Told
from newsletter.subscriptions import Evidence, UnknownLink

Act = FollowEvidence.Act
State = Follow.State


@transaction.atomic
def ask(*, email: str, contributor: Contributor, evidence: Evidence) -> None:
    """Keep the wish and answer it by mail once the transaction has committed.

    Whoever follows already is not changed by a stranger's form.

    :raises Contributor.DoesNotExist: if the person was merged away or deleted meanwhile.
    """
    # The person before the follower, as merging locks them.
    contributor = Contributor.objects.select_for_update(no_key=True).get(pk=contributor.pk)
    Follower.objects.bulk_create([Follower(email=email)], ignore_conflicts=True)
    follower = Follower.objects.at_address(email).select_for_update().get()
    follow, _ = Follow.objects.get_or_create(follower=follower, contributor=contributor)
    Follow.objects.filter(pk=follow.pk, state=State.STOPPED).update(state=State.UNCONFIRMED)
    shown = wording.of_follow(contributor.name)
    _record([follow], Act.ASKED, lambda _: shown, evidence)
    transaction.on_commit(partial(follow_emails.answer_follow.enqueue, follower.pk))


@transaction.atomic
def confirm(*, token: str, chosen: Collection[int], evidence: Evidence, now: datetime) -> int:
    """Begin to tell a reader about the chosen authors; a second time changes nothing.

    What can be seen of them already counts as known. Returns how many were confirmed now.

    :raises UnknownLink: if nobody has the token.
    """
    follower = _locked(token)
    pending = follower.follows.unconfirmed().filter(pk__in=chosen).select_related("contributor")
    follows = list(pending)
    mine = Follow.objects.filter(pk__in=[follow.pk for follow in follows])
    mine.update(state=State.CONFIRMED, confirmed_at=now)
    Follower.objects.filter(pk=follower.pk).update(asked_at=None)
    news.note_known(mine)
    _record(
        follows,
        Act.CONFIRMED,
        lambda follow: wording.of_follow_choice(follow.contributor.name),
        evidence,
    )
    return len(follows)


@transaction.atomic
def stop(
    *,
    token: str,
    shown: str,
    evidence: Evidence,
    now: datetime,
    chosen: Collection[int] | None = None,
) -> None:
    """Stop telling a reader, about the chosen authors or all, at once.

    A second time changes nothing.

    :raises UnknownLink: if nobody has the token.
    """
    follower = _locked(token)
    alive = follower.follows.exclude(state=State.STOPPED)
    follows = list(alive if chosen is None else alive.filter(pk__in=chosen))
    Follow.objects.filter(pk__in=[follow.pk for follow in follows]).update(
        state=State.STOPPED, stopped_at=now
    )
    Follower.objects.filter(pk=follower.pk).update(asked_at=None)
    _record(follows, Act.STOPPED, lambda _: shown, evidence)


@transaction.atomic
def move(*, gone: Contributor, kept: Contributor) -> None:
    """Let the followers of one person follow another, because both are the same.

    `catalog.merging` calls it before it moves the books and deletes `gone`. Whoever follows
    both is told of no book twice, and what they did last counts: a stop stays a stop. The
    books that came from the other are no news to anybody.
    """
    both = [gone.pk, kept.pk]
    mine = Follow.objects.filter(contributor__in=both)
    followers = Follower.objects.filter(follows__in=mine).values("pk")
    list(Follower.objects.filter(pk__in=followers).select_for_update().order_by("pk"))
    # Where the books were moved before, all of them would look new.
    if gone.contributions.exists():
        news.note_news(mine.confirmed())
    theirs = Follow.objects.filter(contributor=gone)
    doubles = theirs.filter(follower__in=kept.follows.values("follower"))
    _join(list(doubles), kept)
    theirs.update(contributor=kept)
    news.note_known_of(Follow.objects.confirmed().filter(contributor=kept), [gone, kept])


def _join(doubles: Collection[Follow], kept: Contributor) -> None:
    """Let the follow of `kept` take over what the other follow of the same reader has."""
    theirs = {follow.follower_id: follow for follow in doubles}
    ours = list(kept.follows.filter(follower__in=theirs))
    for follow in ours:
        _take_over(follow, theirs[follow.follower_id])
    Follow.objects.bulk_update(ours, ["state", "confirmed_at", "stopped_at"])
    keys = [follow.pk for follow in doubles]
    ours_of = Follow.objects.filter(contributor=kept, follower__follows=OuterRef("follow"))
    same = Told.objects.filter(follow__in=keys, work=OuterRef("work"))
    same = same.filter(follow__follower__follows=OuterRef("follow"))
    told = Told.objects.filter(follow__in=ours)
    known = same.exclude(state=Told.State.WAITING)
    told.filter(Exists(known), state=Told.State.WAITING).update(state=Told.State.KNOWN)
    has_it = told.filter(work=OuterRef("work"), follow__follower__follows=OuterRef("follow"))
    rest = Told.objects.filter(~Exists(has_it), follow__in=keys)
    rest.update(follow=Subquery(ours_of.values("pk")[:1]))
    evidence = FollowEvidence.objects.filter(follow__in=keys)
    evidence.update(follow=Subquery(ours_of.values("pk")[:1]))
    Follow.objects.filter(pk__in=keys).delete()


def _take_over(ours: Follow, theirs: Follow) -> None:
    """Count what the reader did last about either."""
    states = {ours.state, theirs.state}
    for field in ("confirmed_at", "stopped_at"):
        times = [time for one in (ours, theirs) if (time := getattr(one, field))]
        setattr(ours, field, max(times, default=None))
    confirmed, stopped = ours.confirmed_at, ours.stopped_at
    if confirmed and not (stopped and stopped >= confirmed):
        ours.state = State.CONFIRMED
    else:
        ours.state = State.UNCONFIRMED if State.UNCONFIRMED in states else State.STOPPED


def by_token(*, token: str) -> Follower:
    """Return the follower whose mails carry the token.

    :raises UnknownLink: if there is none.
    """
    follower = Follower.objects.with_token(token).first()
    if follower is None:
        raise UnknownLink
    return follower


def of_follower(follower: Follower) -> list[Follow]:
    """Return all that a follower ever asked for, of authors who are still there."""
    follows = follower.follows.filter(contributor__isnull=False)
    return list(follows.select_related("contributor", "follower"))


def of_address(email: str) -> list[Follow]:
    """Return what an address follows, for whoever has shown that it is theirs."""
    mine = Follow.objects.confirmed().filter(follower__in=Follower.objects.at_address(email))
    return list(mine.select_related("contributor", "follower"))


def _locked(token: str) -> Follower:
    follower = Follower.objects.with_token(token).select_for_update().first()
    if follower is None:
        raise UnknownLink
    return follower


def _record(follows: Collection[Follow], act: str, shown: Any, evidence: Evidence) -> None:
    FollowEvidence.objects.bulk_create(
        FollowEvidence(
            follow=follow,
            act=act,
            wording=shown(follow),
            page=evidence.page,
            network=evidence.network,
        )
        for follow in follows
    )
