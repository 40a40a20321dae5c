"""Money that goes back: refunds that we ask for or find, and disputes."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from stripe.params import RefundCreateParams

from checkout.gateway.client import asking, client

# Most that Stripe returns at once; more are fetched page by page.
A_PAGE = 100


@dataclass(frozen=True)
class Refund:
    """A refund as Stripe has it, whoever asked for it; the amount is in minor units.

    `request_id` is the shop's own request, empty for one made in Stripe's dashboard.
    `status` is `pending`, `requires_action`, `succeeded`, `failed` or `canceled`.
    """

    id: str
    amount: int
    currency: str
    status: str
    request_id: str
    failure: str

    @property
    def has_failed(self) -> bool:
        """Whether the money has come back to the shop."""
        return self.status in {"failed", "canceled"}


@dataclass(frozen=True)
class Dispute:
    """A dispute as Stripe has it; the amount is in minor units."""

    id: str
    amount: int
    currency: str
    status: str
    reason: str
    opened_at: datetime
    answer_by: datetime | None


@dataclass(frozen=True)
class Returns:
    """All that went back, or is asked back, of one payment; oldest first."""

    refunds: tuple[Refund, ...] = ()
    disputes: tuple[Dispute, ...] = ()


def send_refund(*, key: str, intent_id: str, amount: int, request_id: int) -> None:
    """Give back a part of a payment, once for the same key.

    :raises Unreachable: if Stripe does not answer; ask again with the same key.
    :raises Broken: if Stripe failed; this key will always get that answer.
    :raises Refused: if Stripe will not give it back.
    """
    params: RefundCreateParams = {
        "payment_intent": intent_id,
        "amount": amount,
        "metadata": {"request": str(request_id)},
    }
    with asking():
        client().v1.refunds.create(params=params, options={"idempotency_key": key})


def read_returns(intent_id: str) -> Returns:
    """Return every refund and dispute of a payment as Stripe has them now.

    :raises Unreachable: if Stripe does not answer.
    :raises Refused: if Stripe does not know the payment.
    """
    with asking():
        stripe = client().v1
        refunds = stripe.refunds.list({"payment_intent": intent_id, "limit": A_PAGE})
        disputes = stripe.disputes.list({"payment_intent": intent_id, "limit": A_PAGE})
        return Returns(
            refunds=tuple(_refund(each) for each in refunds.auto_paging_iter())[::-1],
            disputes=tuple(_dispute(each) for each in disputes.auto_paging_iter())[::-1],
        )


def _refund(found: Any) -> Refund:
    metadata = found.metadata or {}
    return Refund(
        id=found.id,
        amount=found.amount,
        currency=found.currency.upper(),
        status=found.status or "",
        request_id=str(metadata["request"]) if "request" in metadata else "",
        failure=getattr(found, "failure_reason", None) or "",
    )


def _dispute(found: Any) -> Dispute:
    due = found.evidence_details.due_by
    return Dispute(
        id=found.id,
        amount=found.amount,
        currency=found.currency.upper(),
        status=found.status,
        reason=found.reason,
        opened_at=datetime.fromtimestamp(found.created, tz=UTC),
        answer_by=datetime.fromtimestamp(due, tz=UTC) if due else None,
    )
