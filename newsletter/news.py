"""Find the books that followers have not been told of, and who tells them.

A book is noted for each wish before any mail is written; the row is unique, so that it is
noted once however many look at the same moment. One guarded UPDATE decides which task mails
what is noted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from catalog.models import Contribution, Contributor, Product
from newsletter.models import Follow, Follower, Told

Role = Contribution.Role
FOLLOWED = [Role.AUTHOR, Role.EDITOR, Role.TRANSLATOR, Role.EDITOR_TRANSLATOR]


@dataclass(frozen=True)
class Claimed:
    """What one call may mail to one follower, and how to give it back."""

    follower: Follower
    told: Sequence[int]
    told_before: datetime | None
    now: datetime


def can_be_followed(person: Contributor) -> bool:
    """Tell whether new books of a person are told: not of who only draws covers."""
    roles = set(person.contributions.order_by().values_list("role", flat=True).distinct())
    return not roles or not roles.isdisjoint(FOLLOWED)


def note_known(follows: Any) -> None:
    """Note what can be seen already: of this the followers are never told."""
    Told.objects.filter(follow__in=follows, state=Told.State.WAITING).update(
        state=Told.State.KNOWN
    )
    _note((follow, work, True) for follow, work in _untold(follows).values_list("pk", "work"))


def note_known_of(follows: Any, people: Iterable[Contributor]) -> None:
    """Note all that these people have a part in, without taking back what waits."""
    works = Product.objects.works().filter(
        contributions__contributor__in=people, contributions__role__in=FOLLOWED
    )
    keys = list(works.values_list("pk", flat=True).distinct())
    _note(
        (follow, work, True) for follow in follows.values_list("pk", flat=True) for work in keys
    )


def note_news(follows: Any = None) -> int:
    """Note the books that followers are to be told of; return how many wishes they answer.

    What a reader knows already from following somebody else in the same book is no news.
    """
    follows = Follow.objects.confirmed() if follows is None else follows
    known = Told.objects.filter(
        follow__follower=OuterRef("follower"), work=OuterRef("work")
    ).exclude(state=Told.State.WAITING)
    found = _untold(follows).annotate(is_known=Exists(known))
    return _note(found.values_list("pk", "work", "is_known"))


def due(*, now: datetime) -> list[int]:
    """Return the followers who may be mailed what waits for them."""
    waiting = _waiting().filter(follow__follower=OuterRef("pk"))
    followers = Follower.objects.filter(Exists(waiting)).not_told_since(_midnight(now))
    return list(followers.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def claim(*, follower_id: int, now: datetime) -> Claimed | None:
    """Return what this call mails, or None: one mail a day, and none if there is no news."""
    free = Follower.objects.filter(pk=follower_id).not_told_since(_midnight(now))
    follower = free.select_for_update().first()
    if follower is None:
        return None
    mine = list(_waiting().filter(follow__follower=follower).values_list("pk", flat=True))
    if not mine:
        return None
    claimed = Claimed(follower, mine, told_before=follower.told_at, now=now)
    free.update(told_at=now)
    Told.objects.filter(pk__in=mine).update(state=Told.State.MAILED)
    return claimed


@transaction.atomic
def give_back(claimed: Claimed) -> None:
    """Let the next call mail what could not be mailed."""
    mine = Follower.objects.filter(pk=claimed.follower.pk, told_at=claimed.now)
    if mine.update(told_at=claimed.told_before):
        mailed = Told.objects.filter(pk__in=claimed.told, state=Told.State.MAILED)
        mailed.update(state=Told.State.WAITING)


def _untold(follows: Any) -> Any:
    """Return the follows, each with a visible `work` of its author that was not noted."""
    noted = Told.objects.filter(follow=OuterRef("pk"), work=OuterRef("work"))
    with_works = follows.filter(
        contributor__contributions__role__in=FOLLOWED,
        contributor__contributions__work__in=Product.objects.works(),
    ).annotate(work=F("contributor__contributions__work"))
    return with_works.filter(~Exists(noted)).order_by("pk", "work").distinct()


def _note(found: Any) -> int:
    rows = [
        Told(
            follow_id=follow,
            work_id=work,
            state=Told.State.KNOWN if is_known else Told.State.WAITING,
        )
        for follow, work, is_known in found
    ]
    # Two at once: the second INSERT waits for the first and does nothing.
    Told.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)
    return sum(row.state == Told.State.WAITING for row in rows)


def _waiting() -> Any:
    """Return what may be mailed: the reader still wants it, the book still is what it was."""
    part = Contribution.objects.filter(
        work=OuterRef("work"), contributor=OuterRef("follow__contributor"), role__in=FOLLOWED
    )
    return Told.objects.filter(
        Exists(part),
        state=Told.State.WAITING,
        follow__in=Follow.objects.confirmed(),
        work__in=Product.objects.works(),
    )


def _midnight(now: datetime) -> datetime:
    return timezone.make_aware(datetime.combine(timezone.localdate(now), time()))
