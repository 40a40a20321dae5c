"""Paid parcels that an interruption holds back: ask their readers, act.

Of such an order only what was not sent is at stake: its printed books, and the postage
if no parcel has left.
"""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import Any

from checkout import affected, keys, payments, refunds, stakes, stock, tasks
from checkout.affected import UNSENT
from checkout.locks import order_locked
from checkout.models import HeldParcel, OrderMail, RefundRequest
from checkout.stakes import Stake
from shipping import rules
from shipping.models import Interruption

Choice = HeldParcel.Choice


class NotPossible(Exception):
    """The choice cannot be carried out (any more); says why."""


def stops(*, interruption: Interruption, order: Any, now: datetime) -> bool:
    """Tell whether an interruption stops an order's parcel now; one query."""
    return bool(_stopping(order, [interruption.pk], now=now))


def questions(*, order: Any, now: datetime) -> list[HeldParcel]:
    """Return what a reader was asked about what holds the parcel back now.

    At most one query; none for an order that was never held back.
    """
    asked = list(order.held_parcels.all())
    if not asked or order.status not in UNSENT:
        return []
    stopping = _stopping(order, [each.interruption_id for each in asked], now=now)
    return [each for each in asked if each.interruption_id in stopping]


def ask(*, order: Any, interruption: Interruption, now: datetime) -> bool:
    """Write to a reader and let them choose, once; return whether this call did.

    :raises NotPossible: if nothing is held back (any more), or it is decided.
    :raises checkout.locks.Busy: if another process holds the order.
    """
    with order_locked(order.pk) as locked:
        question = _question(locked, interruption, now=now)
        _at_stake(locked, question, now=now)
        about = str(interruption.pk)
        if locked.mails.filter(kind=OrderMail.Kind.HELD, about=about).exists():
            return False
        tasks.owe_mail(order=locked, kind=OrderMail.Kind.HELD, about=about, now=now)
        return True


def decide(  # noqa: PLR0913
    *,
    order: Any,
    interruption: Interruption,
    choice: str,
    now: datetime,
    by: Any,
    shown: str = "",
) -> None:
    """Decide for a reader, who need not have been asked; `shown` as in `choose`.

    :raises NotPossible: as `choose`.
    :raises checkout.locks.Busy: if another process holds the order.
    """
    with order_locked(order.pk) as locked:
        question = _question(locked, interruption, now=now)
        request = _settle(locked, question, choice=choice, by=by, now=now, shown=shown)
    _send(request, now=now)


def choose(*, held: HeldParcel, choice: str, now: datetime, shown: str = "") -> None:
    """Let a reader decide what becomes of a held parcel, once, and carry it out.

    To have said *wait* binds nobody: one may still choose otherwise later. `shown` is
    what the page said goes back, in minor units; nothing: whatever it is by now.

    :raises NotPossible: if it was decided before, sent meanwhile, is not held back any
        more, gives back another amount than was shown, or cannot be done.
    :raises checkout.locks.Busy: if another process holds the order.
    """
    with order_locked(held.order_id) as locked:
        question = HeldParcel.objects.select_related("interruption").get(pk=held.pk)
        request = _settle(locked, question, choice=choice, by=None, now=now, shown=shown)
    _send(request, now=now)


def _question(order: Any, interruption: Interruption, *, now: datetime) -> HeldParcel:
    question, _ = HeldParcel.objects.get_or_create(
        order=order,
        interruption=interruption,
        defaults={"message": interruption.message, "asked_at": now},
    )
    return question


def _settle(  # noqa: PLR0913
    order: Any, question: HeldParcel, *, choice: str, by: Any, now: datetime, shown: str
) -> RefundRequest | None:
    at_stake = _at_stake(order, question, now=now)
    if shown and shown != str(at_stake.amount(choice)):
        message = "What would go back has changed meanwhile. Please look at it again."
        raise NotPossible(message)
    question.choice, question.chosen_at, question.chosen_by = Choice(choice), now, by
    question.save()
    return _carry_out(order, question, at_stake, now=now)


def _at_stake(order: Any, question: HeldParcel, *, now: datetime) -> Stake:
    """Return what is at stake for a locked order, if there is still something to decide."""
    if question.is_decided:
        message = "This has been decided before."
        raise NotPossible(message)
    at_stake = stakes.of_order(order)
    if order.status not in UNSENT or not at_stake.lines:
        message = "Nothing of this order waits to be sent any more."
        raise NotPossible(message)
    if not stops(interruption=question.interruption, order=order, now=now):
        message = "Parcels go there again, so this one will be sent."
        raise NotPossible(message)
    return at_stake


def _send(request: RefundRequest | None, *, now: datetime) -> None:
    """Tell Stripe of a refund, once it is committed."""
    if request:
        payments.try_to_sync(attempt=request.attempt, now=now)


def _stopping(order: Any, interruptions: Collection[int], *, now: datetime) -> set[int]:
    in_force = Interruption.objects.in_force(now).filter(pk__in=interruptions)
    place, code = affected.place_of(order), order.shipping_code
    return {
        notice.id
        for notice in in_force.as_notices()
        if rules.stopping([notice], place=place, method_code=code)
    }


def _carry_out(
    order: Any, held: HeldParcel, at_stake: Stake, *, now: datetime
) -> RefundRequest | None:
    if held.choice == Choice.WAIT:
        return None
    try:
        if held.choice == Choice.REFUND:
            copies = {each.line.pk: each.to_send for each in at_stake.lines}
            return _give_back(order, held, at_stake, at_stake.refund, copies=copies, now=now)
        if not at_stake.can_be_swapped:
            message = "Not every book of this order can be had as an e-book."
            raise NotPossible(message)
        if order.disputes.filter(closed_at=None).exists():
            message = "The payment is disputed: nothing goes out until the bank has decided."
            raise NotPossible(message)
        _swap(order, at_stake)
        if not at_stake.swap_refund:
            return None
        return _give_back(order, held, at_stake, at_stake.swap_refund, copies={}, now=now)
    except refunds.NotRefundable as reason:
        raise NotPossible(str(reason)) from reason


def _give_back(  # noqa: PLR0913
    order: Any,
    held: HeldParcel,
    at_stake: Stake,
    amount: int,
    *,
    copies: dict[int, int],
    now: datetime,
) -> RefundRequest:
    return refunds.ask(
        order=order,
        amount=amount,
        reason=RefundRequest.Reason.HELD,
        copies=copies,
        has_shipping=at_stake.has_postage,
        form_key=keys.secret_key("held parcel", held.pk),
        asked_by=held.chosen_by,
        now=now,
    )


def _swap(order: Any, at_stake: Stake) -> None:
    """Turn the held lines of a locked order into e-books, at most as dear as they were."""
    for each, choice in at_stake.swaps:
        line, edition = each.line, choice.edition
        stock.take_back(
            copies=[stock.TakenBack(line, unsent=each.to_send, sent=0)], are_good=True
        )
        price = stakes.capped(each, choice)
        line.product, line.title, line.upc = edition, edition.title, edition.upc
        line.partner_sku = edition.upc or line.partner_sku
        line.stockrecord = edition.stockrecords.first()
        line.quantity, line.num_allocated = 1, 0
        line.unit_price_incl_tax = line.unit_price_excl_tax = price
        for name in ("", "_before_discounts"):
            for tax in ("incl", "excl"):
                setattr(line, f"line_price{name}_{tax}_tax", price)
        line.save()
    if not order.parcels.exists():
        order.shipping_incl_tax = order.shipping_excl_tax = Decimal(0)
    total = sum((line.line_price_incl_tax for line in order.lines.all()), Decimal(0))
    order.total_incl_tax = order.total_excl_tax = total + order.shipping_incl_tax
    order.save()
