"""Which orders somebody has to look at, and why in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from checkout import alarms
from checkout.models import Dispute, PaymentAttempt, RefundRequest, StaffNotice

Kind = StaffNotice.Kind


@dataclass(frozen=True)
class Matter:
    """Why an order needs somebody: a name, words for it, the rows that say so."""

    name: str
    words: str
    rows: QuerySet[Any]
    order: str = "order"  # which of the rows' fields is the order
    said_by: Sequence[str] = ()  # kinds of notices that say the same


def matters(*, now: datetime) -> list[Matter]:
    """Return all that an order can need somebody for, the gravest first."""
    open_notices = StaffNotice.objects.filter(done_at=None)
    return [
        Matter(
            "review",
            "Payment to be checked",
            PaymentAttempt.objects.filter(state=PaymentAttempt.State.REVIEW),
            said_by=[Kind.MISMATCH],
        ),
        Matter(
            "disputed",
            "Disputed by the bank",
            Dispute.objects.filter(closed_at=None),
            said_by=[Kind.DISPUTE],
        ),
        Matter(
            "refund_failed",
            "A refund did not arrive",
            open_notices.filter(kind=Kind.REFUND_FAILED),
            said_by=[Kind.REFUND_FAILED],
        ),
        Matter(
            "refund_unsent",
            "Refund not sent yet",
            RefundRequest.objects.filter(state=RefundRequest.State.NEW),
        ),
        Matter(
            "unconfirmed",
            "Confirmation not sent",
            alarms.unconfirmed_orders(now=now).order_by(),
            order="pk",
        ),
        Matter("notice", "Notice to be read", open_notices),
    ]


def needing(orders: QuerySet[Any], *, now: datetime, name: str = "") -> QuerySet[Any]:
    """Keep the orders that need somebody, for the named matter or for any."""
    wanted = Q()
    for matter in matters(now=now):
        if name in {"", matter.name}:
            wanted |= Q(pk__in=matter.rows.exclude(**{matter.order: None}).values(matter.order))
    return orders.filter(wanted)


def with_matters(orders: QuerySet[Any], *, now: datetime) -> QuerySet[Any]:
    """Load what `words` says of each, with one query more for all of them."""
    found = {
        f"is_{matter.name}": Exists(matter.rows.filter(**{matter.order: OuterRef("pk")}))
        for matter in matters(now=now)
        if matter.name != "notice"
    }
    still_open = StaffNotice.objects.filter(done_at=None).order_by("created_at", "pk")
    notices = Prefetch("staff_notices", still_open, to_attr="open_notices")
    return orders.annotate(**found).prefetch_related(notices)


def words(order: Any, *, now: datetime) -> list[str]:
    """Return why an order loaded by `with_matters` needs somebody; empty if it does not."""
    said: list[str] = []
    covered: set[str] = set()
    for matter in matters(now=now):
        if getattr(order, f"is_{matter.name}", False):
            said.append(matter.words)
            covered.update(matter.said_by)
    kinds = {notice.kind: str(notice) for notice in order.open_notices}
    return said + [text for kind, text in kinds.items() if kind not in covered]
