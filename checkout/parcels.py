"""Send books: out of the stock, into a parcel, with a mail to the reader."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from catalog.pricing import history
from checkout import affected, held_up, ledger, standing, stock, tasks
from checkout.locks import order_locked
from checkout.models import OrderMail, Parcel, ParcelLine
from shipping import rules

SENDABLE = ("Paid", "In progress")


class NotSendable(Exception):
    """The parcel must not go; says why."""


def send(  # noqa: PLR0913
    *,
    order: Any,
    copies: Mapping[int, int],
    form_key: UUID,
    now: datetime,
    carrier: str = "",
    tracking_number: str = "",
    tracking_url: str = "",
    sent_by: Any = None,
) -> Parcel:
    """Record a parcel with `copies` by line, take them out of the stock, owe the mail.

    The order is *Dispatched* when nothing is left to be sent, else *In progress*. A
    second call with the same form key returns the first one's parcel.

    :raises NotSendable: if the order is not paid, is disputed, has not so many to send,
        or a book in the parcel is embargoed.
    :raises checkout.locks.Busy: if another process holds the order.
    """
    with order_locked(order.pk) as locked:
        if known := Parcel.objects.filter(form_key=form_key).first():
            if known.order_id != locked.pk:
                message = "This form was sent for another order. Please begin again."
                raise NotSendable(message)
            return known
        _refuse_suspended(locked, now=now)
        leaving = _leaving(locked, copies)
        _refuse_embargoed(leaving, now=now)
        try:
            with history.because(f"Order {locked.number} sent", by=sent_by):
                stock.send_copies(quantities=leaving)
        except stock.SoldOut as sold_out:
            titles = [
                line for line in leaving if line.stockrecord_id == sold_out.stock_record_id
            ]
            message = f"There are not enough copies of {titles[0].title} in the house."
            raise NotSendable(message) from sold_out
        parcel = Parcel.objects.create(
            order=locked,
            carrier=carrier,
            tracking_number=tracking_number,
            tracking_url=tracking_url,
            sent_at=now,
            sent_by=sent_by,
            form_key=form_key,
        )
        ParcelLine.objects.bulk_create(
            ParcelLine(parcel=parcel, line=line, quantity=quantity)
            for line, quantity in leaving.items()
        )
        if locked.status == "Paid":
            locked.set_status("In progress")
        end_if_all_is_sent(locked)
        tasks.owe_mail(
            order=locked, kind=OrderMail.Kind.DISPATCH, about=str(parcel.pk), now=now
        )
        return parcel


def begin_packing(*, order: Any, now: datetime) -> bool:
    """Move a paid order to *In progress*; return whether this call did.

    :raises NotSendable: if the order is disputed, or its parcel cannot be sent now.
    :raises checkout.locks.Busy: if another process holds the order.
    """
    with order_locked(order.pk) as locked:
        _refuse_disputed(locked)
        if locked.status != "Paid":
            return False
        if held_up.to_tell(order=locked, now=now):
            _refuse_suspended(locked, now=now)
        locked.set_status("In progress")
        return True


def end_if_all_is_sent(order: Any) -> None:
    """Move a locked order with a parcel and nothing more to send to *Dispatched*.

    One that has something to send again, as after a refund that came back, moves back.
    """
    if order.status not in {"In progress", "Dispatched"} or not order.parcels.exists():
        return
    is_all_sent = not any(each.to_send for each in standing.of_order(order))
    status = "Dispatched" if is_all_sent else "In progress"
    if order.status != status:
        order.set_status(status)


def _leaving(order: Any, copies: Mapping[int, int]) -> dict[Any, int]:
    """Return the lines of a locked order that leave, each with its number of copies."""
    if order.status not in SENDABLE:
        message = f"The order is {order.status.lower()}: nothing is to be sent."
        raise NotSendable(message)
    _refuse_disputed(order)
    _refuse_asked_back(order)
    by_line = {each.line.pk: each for each in standing.of_order(order)}
    wanted = {line_id: quantity for line_id, quantity in copies.items() if quantity > 0}
    if not wanted:
        message = "Nothing was chosen to be sent."
        raise NotSendable(message)
    for line_id, quantity in wanted.items():
        if line_id not in by_line or by_line[line_id].to_send < quantity:
            message = "So many copies are not left to be sent."
            raise NotSendable(message)
    return {by_line[line_id].line: quantity for line_id, quantity in sorted(wanted.items())}


def _refuse_asked_back(order: Any) -> None:
    if order.total_incl_tax and not any(map(ledger.left_to_refund, ledger.payments_of(order))):
        message = "All the money of this order is on its way back: nothing is to be sent."
        raise NotSendable(message)


def _refuse_disputed(order: Any) -> None:
    if order.disputes.filter(closed_at=None).exists():
        message = "The payment is disputed: nothing is to be sent until the bank has decided."
        raise NotSendable(message)


def _refuse_embargoed(lines: Iterable[Any], *, now: datetime) -> None:
    today = timezone.localdate(now)
    for line in lines:
        book = line.product
        if book is not None and book.is_embargoed(today=today):
            message = (
                f"{line.title} is embargoed: it is not to be sent before "
                f"{book.embargoed_until:%-d %B %Y}. Send the other books without it."
            )
            raise NotSendable(message)


def _refuse_suspended(order: Any, *, now: datetime) -> None:
    """Hold back a parcel to a place that none goes to now."""
    if notice := held_up.suspension(order=order, now=now):
        there = rules.suspended(affected.place_of(order), [notice]).rstrip(".")
        message = f"{there}: {notice.message}"
        raise NotSendable(message)
