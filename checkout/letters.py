"""What the mails about an order say."""

from typing import Any

from django.utils import timezone

from checkout import held_up, stakes, standing
from checkout.models import HeldParcel, MoneyMovement, OrderMail, Parcel, RefundRequest
from checkout.orders import order_url

Kind = OrderMail.Kind
Reason = RefundRequest.Reason


def context_of(owed: OrderMail, order: Any) -> dict[str, Any]:
    """Return what the templates of a mail show; `order` is loaded by `checkout.orders`."""
    if owed.kind == Kind.DISPATCH:
        return dispatch(order, Parcel.objects.get(pk=owed.about))
    if owed.kind == Kind.REFUND:
        return refund(order, MoneyMovement.objects.get(pk=owed.about))
    if owed.kind == Kind.HELD:
        return held_parcel(order, order.held_parcels.get(interruption=owed.about))
    if owed.kind == Kind.UNDELIVERED:
        return refund(order, MoneyMovement.objects.get(pk=owed.about))
    return confirmation(order)


def confirmation(order: Any) -> dict[str, Any]:
    """Return what the confirmation of a paid order shows."""
    lines = list(order.lines.all())
    books = [line.product for line in lines if line.product]
    return {
        "order": order,
        "order_url": order_url(order),
        "lines": lines,
        "address": order.shipping_address,
        "has_parcel": order.shipping_address is not None,
        "suspension": held_up.to_tell(order=order, now=timezone.now()),
        "has_downloads": any(book.is_digital for book in books),
        "has_preorders": any(
            (book.status == book.Status.FORTHCOMING or book.is_embargoed())
            and not book.is_digital
            for book in books
        ),
    }


def dispatch(order: Any, parcel: Parcel) -> dict[str, Any]:
    """Return what the mail about a parcel shows."""
    return {
        "order": order,
        "order_url": order_url(order),
        "parcel": parcel,
        "lines": parcel.lines.select_related("line__product"),
        "address": order.shipping_address,
        "still_to_send": [each for each in standing.of_order(order) if each.to_send],
    }


def refund(order: Any, movement: MoneyMovement) -> dict[str, Any]:
    """Return what the mail about money that goes back shows."""
    request = RefundRequest.objects.filter(refund_id=movement.pk).first()
    lines = list(request.lines.select_related("line")) if request else []
    return {
        "order": order,
        "order_url": order_url(order),
        "amount": movement.price,
        "reason": request.reason if request else "",
        "lines": lines,
        "are_not_sent": request is not None and not request.is_for_sent_copies,
        "is_whole": order.status in {"Refunded", "Cancelled"},
        # Of a held parcel money goes back for books, or beside the e-books instead.
        "is_swapped": request is not None and request.reason == Reason.HELD and not lines,
    }


def held_parcel(order: Any, question: HeldParcel) -> dict[str, Any]:
    """Return what the mail about a parcel that is held back shows."""
    at_stake = stakes.of_order(order)
    return {
        "order": order,
        "choice_url": f"{order_url(order)}parcel/",
        "message": question.message,
        "ends_at": question.interruption.ends_at,
        "lines": at_stake.lines,
        "refund": at_stake.refund_in_words,
        "swap_refund": at_stake.swap_in_words,
        "can_be_swapped": at_stake.can_be_swapped,
    }
