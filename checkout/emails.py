"""What readers are written about their orders."""

import logging
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import F, Q

from bookstore import mail
from checkout import letters
from checkout.models import OrderMail
from checkout.orders import load_order

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
"""How long a sender may take before another takes over."""

BATCH = 100

TEMPLATES = {
    OrderMail.Kind.CONFIRMATION: "order_confirmation",
    OrderMail.Kind.DISPATCH: "order_dispatch",
    OrderMail.Kind.REFUND: "order_refund",
    OrderMail.Kind.HELD: "order_held",
    OrderMail.Kind.WAITING: "order_waiting",
    OrderMail.Kind.NOT_PAID: "order_not_paid",
    OrderMail.Kind.UNDELIVERED: "order_undelivered",
}


def send_owed(*, mail_id: int, now: datetime) -> bool:
    """Send a mail that is owed; return whether this call sent it.

    The guarded update decides who sends; a mail that could not be sent stays owed.
    """
    free = Q(claimed_at=None) | Q(claimed_at__lte=now - LEASE)
    owed = OrderMail.objects.filter(free, pk=mail_id, sent_at=None)
    if not owed.update(claimed_at=now, tries=F("tries") + 1):
        return False
    mine = OrderMail.objects.select_related("order").get(pk=mail_id)
    try:
        _send(mine)
    except Exception as error:
        # A mail server or a template fails in many ways; none may lose the mail.
        logger.exception("%s was not sent", mine)
        OrderMail.objects.filter(pk=mail_id).update(claimed_at=None, error=repr(error))
        return False
    OrderMail.objects.filter(pk=mail_id).update(sent_at=now, error="")
    return True


def send_all_owed(*, now: datetime, older_than: timedelta = timedelta(minutes=1)) -> int:
    """Send what tasks have left behind; return how many were sent."""
    owed = OrderMail.objects.filter(sent_at=None, created_at__lte=now - older_than)
    pks = list(owed.order_by("tries", "pk").values_list("pk", flat=True)[:BATCH])
    return sum(send_owed(mail_id=pk, now=now) for pk in pks)


def _send(owed: OrderMail) -> None:
    order = load_order(number=owed.order.number)
    mail.send(
        to=order.guest_email or order.user.email,
        template=TEMPLATES[OrderMail.Kind(owed.kind)],
        context=letters.context_of(owed, order),
        headers=_headers(owed),
    )


def _headers(owed: OrderMail) -> dict[str, str]:
    """Return the headers of a mail; the same one twice is one to a mail program.

    A sender that was killed after the mail server took the mail sends it again.
    """
    host = urlsplit(settings.SITE_URL).hostname
    headers = {"Message-ID": f"<order-mail-{owed.pk}@{host}>"}
    return headers | ({"Reply-To": settings.SHOP_EMAIL} if settings.SHOP_EMAIL else {})
