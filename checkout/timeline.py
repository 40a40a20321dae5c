"""Everything that happened to an order, in one list, oldest first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType

from checkout.models import MoneyMovement, OrderMail, PaymentAttempt, RefundRequest

BAD, GOOD, QUIET = "bad", "good", "quiet"
Kind = MoneyMovement.Kind
MONEY_IS_BAD = (Kind.RETURN, Kind.CHARGEBACK)
Attempt = PaymentAttempt.State
# What an attempt is called in the middle of a sentence.
ENDS = {
    Attempt.NEW: "not yet at Stripe",
    Attempt.OPEN: "waiting for the reader",
    Attempt.PROCESSING: "the bank is working on it",
    Attempt.PAID: "paid",
    Attempt.FAILED: "failed",
    Attempt.EXPIRED: "closed unpaid",
    Attempt.REVIEW: "to be checked",
}
# Who asks for a refund that no account asked for; all others are the shop's own.
ASKED_BY: dict[str, str] = {RefundRequest.Reason.READER: "The reader"}


@dataclass(frozen=True)
class Entry:
    """Something that happened; `tone` says how a page may colour it."""

    at: datetime
    subject: str
    text: str
    details: tuple[str, ...] = ()
    by: str = ""
    url: str = ""
    parcel: int | None = None
    tone: str = ""


def of_order(order: Any) -> list[Entry]:
    """Return what happened to an order, oldest first; a fixed number of queries."""
    movements = order.money_movements.all()
    parts: list[Iterable[Entry]] = [
        [Entry(order.date_placed, "Order", "Placed", by="The reader")],
        map(_attempt, order.payment_attempts.all()),
        (_movement(each) for each in movements if each.kind == Kind.PAYMENT),
        map(_request, _requests(order)),
        (_movement(each) for each in movements if each.kind != Kind.PAYMENT),
        map(_change, order.status_changes.order_by("pk")),
        _disputes(order),
        map(_parcel, order.parcels.select_related("sent_by").prefetch_related("lines__line")),
        map(_mail, order.mails.all()),
        _notices(order),
        _held(order),
        map(_note, order.notes.select_related("user").order_by("date_created")),
        map(_logged, _log(order)),
    ]
    # What happened within a second stays in the order of cause and effect above: Stripe
    # gives whole seconds.
    entries = (entry for part in parts for entry in part)
    return sorted(entries, key=lambda entry: entry.at.replace(microsecond=0))


def _attempt(attempt: PaymentAttempt) -> Entry:
    text = f"Page {attempt.number} for {attempt.price}: {ENDS[Attempt(attempt.state)]}"
    tones = {Attempt.REVIEW: BAD, Attempt.PAID: GOOD}
    tone = tones.get(Attempt(attempt.state), "")
    return Entry(attempt.created_at, "Payment", text, _said(attempt.note), tone=tone)


def _movement(movement: MoneyMovement) -> Entry:
    tone = BAD if movement.kind in MONEY_IS_BAD else GOOD
    return Entry(movement.recorded_at, "Money", str(movement), (movement.pk,), tone=tone)


def _change(change: Any) -> Entry:
    return Entry(change.date_created, "Status", f"{change.old_status} → {change.new_status}")


def _requests(order: Any) -> Any:
    return order.refund_requests.select_related("asked_by").prefetch_related("lines__line")


def _request(request: RefundRequest) -> Entry:
    reason, state = request.get_reason_display(), request.get_state_display().lower()
    has_failed = request.state == RefundRequest.State.FAILED
    copies = tuple(f"{each.quantity} of {each.line.title}" for each in request.lines.all())
    return Entry(
        request.created_at,
        "Refund",
        f"{request.price} asked for: {reason} ({state})",
        copies + _said(request.note) + _said(request.error),
        by=_name(request.asked_by) or ASKED_BY.get(request.reason, "The shop itself"),
        tone=BAD if has_failed else "",
    )


def _disputes(order: Any) -> Iterator[Entry]:
    for dispute in order.disputes.all():
        reason = dispute.reason.replace("_", " ")
        text = f"The reader's bank asks for {dispute.price} back ({reason})"
        until = f"To be answered by {dispute.answer_by:%-d %B %Y}" if dispute.answer_by else ""
        yield Entry(dispute.opened_at, "Dispute", text, (dispute.pk, *_said(until)), tone=BAD)
        if dispute.closed_at:
            ended = f"The dispute over {dispute.price} has ended: {dispute.outcome}"
            tone = BAD if dispute.status == "lost" else GOOD
            yield Entry(dispute.closed_at, "Dispute", ended, (dispute.pk,), tone=tone)


def _parcel(parcel: Any) -> Entry:
    way = ", ".join(filter(None, [parcel.carrier, parcel.tracking_number]))
    copies = tuple(f"{each.quantity} of {each.line.title}" for each in parcel.lines.all())
    return Entry(
        parcel.sent_at,
        "Parcel",
        f"Sent by {way}" if way else "Sent",
        copies,
        by=_name(parcel.sent_by),
        url=parcel.tracking_url,
        parcel=parcel.pk,
    )


def _mail(mail: OrderMail) -> Entry:
    name = mail.get_kind_display()
    if mail.sent_at:
        return Entry(mail.sent_at, "Mail", f"{name}: sent")
    if mail.error:
        text = f"{name}: not sent yet, {mail.tries} tries"
        return Entry(mail.created_at, "Mail", text, (mail.error,), tone=BAD)
    return Entry(mail.created_at, "Mail", f"{name}: about to be sent")


def _notices(order: Any) -> Iterator[Entry]:
    for notice in order.staff_notices.select_related("done_by"):
        yield Entry(notice.created_at, "Notice", str(notice), (notice.text,), tone=BAD)
        if notice.done_at:
            by = _name(notice.done_by)
            yield Entry(notice.done_at, "Notice", f"Done: {notice}", by=by, tone=QUIET)


def _held(order: Any) -> Iterator[Entry]:
    for held in order.held_parcels.select_related("chosen_by"):
        told = _said(held.message)
        yield Entry(held.asked_at, "Held back", "The parcel is held back", told, tone=BAD)
        if held.chosen_at:
            words = f"Decided: {held.get_choice_display().lower()}"
            by = _name(held.chosen_by) or "The reader"
            yield Entry(held.chosen_at, "Held back", words, by=by)


def _note(note: Any) -> Entry:
    return Entry(note.date_created, "Note", note.message, by=_name(note.user))


def _log(order: Any) -> Any:
    kind = ContentType.objects.get_for_model(order)
    entries = LogEntry.objects.filter(content_type=kind, object_id=str(order.pk))
    return entries.select_related("user").order_by("pk")


def _logged(entry: LogEntry) -> Entry:
    words = entry.get_change_message()
    return Entry(entry.action_time, "Staff", words, by=_name(entry.user), tone=QUIET)


def _name(user: Any) -> str:
    return (user.get_full_name() or user.email) if user else ""


def _said(words: str) -> tuple[str, ...]:
    return (words,) if words else ()
