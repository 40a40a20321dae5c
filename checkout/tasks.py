"""Mails that an order causes: written down with the order, sent after the commit."""

from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from checkout import emails
from checkout.models import OrderMail


@task
def send_order_mail(mail_id: int) -> None:
    """Send one mail that is owed, unless it has gone out."""
    emails.send_owed(mail_id=mail_id, now=timezone.now())


def owe_mail(*, order: Any, kind: str, now: datetime, about: str = "") -> None:
    """Note that an order's reader is owed a mail, and send it once this is committed.

    The row decides that it goes out once; if the sending fails, the timer sends it.
    """
    mail, is_new = OrderMail.objects.get_or_create(
        order=order, kind=kind, about=about, defaults={"created_at": now}
    )
    if is_new:
        transaction.on_commit(partial(send_order_mail.enqueue, mail.pk), robust=True)
