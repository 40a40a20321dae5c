"""Send the confirmation of a paid order again."""

from datetime import datetime
from typing import Any

from checkout import alarms, tasks
from checkout.locks import order_locked
from checkout.models import OrderMail

AGAIN = "again "


class NotConfirmable(Exception):
    """The confirmation is not to be sent again; says why."""


def next_number(order: Any) -> int:
    """Return the number that the next repetition has."""
    repeated = order.mails.filter(kind=OrderMail.Kind.CONFIRMATION, about__startswith=AGAIN)
    return repeated.count() + 1


def is_waiting(order: Any) -> bool:
    """Whether a confirmation is still to go out, by itself."""
    waiting = order.mails.filter(kind=OrderMail.Kind.CONFIRMATION, sent_at=None)
    return bool(waiting.exists())


def send_again(*, order: Any, number: int, now: datetime) -> bool:
    """Owe the confirmation once more; return whether this call did.

    `number` is the repetition that a form was made for: a second click sends nothing.

    :raises NotConfirmable: if the order is not paid.
    :raises checkout.locks.Busy: if another process holds the order.
    """
    with order_locked(order.pk) as locked:
        if locked.status not in alarms.PAID:
            message = f"The order is {locked.status.lower()}: there is nothing to confirm."
            raise NotConfirmable(message)
        if number != next_number(locked):
            return False
        about = f"{AGAIN}{number}"
        tasks.owe_mail(order=locked, kind=OrderMail.Kind.CONFIRMATION, about=about, now=now)
        return True
