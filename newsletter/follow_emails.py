"""The mails to followers of authors, sent by tasks."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django_tasks import task

from bookstore import mail
from catalog.cards import cards
from catalog.models import Product
from catalog.titles import join_names
from newsletter import news, wording
from newsletter.models import Follow, Follower, Told

ANSWER_EVERY = timedelta(minutes=10)
MOST_NAMED = 20


@task()
def answer_follow(follower_id: int) -> None:
    """Ask an address to confirm all it waits for, or say that it has; once in ten minutes.

    :raises OSError: if the mail server cannot be reached; the next run tries again.
    """
    now = timezone.now()
    wanted = Follow.objects.filter(follower=OuterRef("pk")).exclude(state=Follow.State.STOPPED)
    free = Follower.objects.filter(Exists(wanted), pk=follower_id)
    if not free.not_asked_since(now - ANSWER_EVERY).update(asked_at=now):
        return
    follower = Follower.objects.get(pk=follower_id)
    pending = _names(follower.follows.unconfirmed())
    names = pending or _names(follower.follows.confirmed())
    try:
        mail.send(
            to=follower.email,
            template="follow_confirm" if pending else "follow_known",
            context={"names": join_names(names), **_frame(follower)},
            headers=_list_headers(follower),
        )
    except Exception:
        # A mail server or a template fails in many ways; none may lose the mail.
        Follower.objects.filter(pk=follower_id, asked_at=now).update(asked_at=None)
        raise


@task()
def tell(follower_id: int) -> None:
    """Mail a follower what is new by all the authors they follow; once a day.

    :raises OSError: if the mail server cannot be reached; the next run tries again.
    """
    claimed = news.claim(follower_id=follower_id, now=timezone.now())
    if claimed is None:
        return
    try:
        context = _news(claimed.told)
        mail.send(
            to=claimed.follower.email,
            template="follow_news",
            context={**context, **_frame(claimed.follower)},
            headers=_list_headers(claimed.follower),
        )
    except Exception:
        news.give_back(claimed)
        raise


def _news(told: Sequence[int]) -> dict[str, Any]:
    """Return the books to name, each once, and whose followers they are told to."""
    rows = Told.objects.filter(pk__in=told)
    works = Product.objects.filter(pk__in=rows.values("work"))
    shown = list(works.for_cards().order_by("-date_created", "pk")[:MOST_NAMED])
    follows = Follow.objects.filter(pk__in=rows.values("follow"))
    return {
        "cards": cards(shown),
        "names": join_names(_names(follows)),
        "more": works.count() - len(shown),
    }


def _names(follows: Any) -> list[str]:
    return list(follows.values_list("contributor__name", flat=True))


def _frame(follower: Follower) -> dict[str, str]:
    return {
        "promise": wording.FOLLOW_PROMISE,
        "confirm_url": _absolute("follow-confirm", follower),
        "following_url": _absolute("following", follower),
    }


def _list_headers(follower: Follower) -> dict[str, str]:
    """Return the headers behind a mail program's own unsubscribe button (RFC 8058)."""
    return {
        "List-Unsubscribe": f"<{_absolute('follow-one-click', follower)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _absolute(name: str, follower: Follower) -> str:
    return settings.SITE_URL + reverse(f"newsletter:{name}", args=[follower.token])
