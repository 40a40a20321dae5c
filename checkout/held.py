"""Paid parcels that an interruption holds back: find them, ask their readers, act.

Of such an order only what was not sent is at stake: its printed books, and the postage
if no parcel has left.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from oscar.core.loading import get_model

from checkout import keys, payments, refunds, stakes, stock, tasks
from checkout.locks import order_locked
from checkout.models import HeldParcel, OrderMail, RefundRequest
from checkout.stakes import Stake
from shipping.models import Interruption
from shipping.rules import Place

UNSENT = ("Paid", "In progress")
Choice = HeldParcel.Choice


class NotPossible(Exception):
    """The choice cannot be carried out (any more); says why."""


def affected(*, interruption: Interruption) -> list[Any]:
    """Return the paid orders with something to send that an interruption is about."""
    (notice,) = Interruption.objects.filter(pk=interruption.pk).as_notices()
    orders = get_model("order", "Order").objects.filter(
        status__in=UNSENT, shipping_address__isnull=False
    )
    if notice.countries:
        orders = orders.filter(shipping_address__country__in=notice.countries)
    if notice.methods:
        orders = orders.filter(shipping_code__in=notice.methods)
    found = orders.select_related("shipping_address__country", "user")
    return [
        order
        for order in found.prefetch_related("held_parcels").order_by("date_placed", "pk")
        if notice.is_sure(_place(order))
    ]


def ask(*, orders: Iterable[Any], interruption: Interruption, now: datetime) -> int:
    """Write to the readers and let them choose; return to how many, each only once."""
    asked = 0
    for order in orders:
        with order_locked(order.pk) as locked:
            if locked.status not in UNSENT or not stakes.unsent(locked):
                continue
            _, is_new = HeldParcel.objects.get_or_create(
                order=locked,
                interruption=interruption,
                defaults={"message": interruption.message, "asked_at": now},
            )
            if is_new:
                about = str(interruption.pk)
                tasks.owe_mail(order=locked, kind=OrderMail.Kind.HELD, about=about, now=now)
                asked += 1
    return asked


def decide(
    *, order: Any, interruption: Interruption, choice: str, now: datetime, by: Any
) -> None:
    """Decide for a reader, who need not have been asked.

    :raises NotPossible: as `choose`.
    :raises checkout.locks.Busy: if another process holds the order.
    """
    question, _ = HeldParcel.objects.get_or_create(
        order=order,
        interruption=interruption,
        defaults={"message": interruption.message, "asked_at": now},
    )
    choose(held=question, choice=choice, by=by, now=now)


def choose(*, held: HeldParcel, choice: str, now: datetime, by: Any = None) -> None:
    """Decide what becomes of a held parcel, once, and carry it out.

    To have said *wait* binds nobody: one may still choose otherwise later.

    :raises NotPossible: if it was decided before, sent meanwhile, or cannot be done.
    :raises checkout.locks.Busy: if another process holds the order.
    """
    with order_locked(held.order_id) as order:
        known = HeldParcel.objects.select_for_update().get(pk=held.pk)
        if known.choice not in {"", Choice.WAIT}:
            message = "This has been decided before."
            raise NotPossible(message)
        at_stake = stakes.of_order(order)
        if order.status not in UNSENT or not at_stake.lines:
            message = "Nothing of this order waits to be sent any more."
            raise NotPossible(message)
        known.choice, known.chosen_at, known.chosen_by = Choice(choice), now, by
        known.save()
        request = _carry_out(order, known, at_stake, now=now)
    if request:
        payments.try_to_sync(attempt=request.attempt, now=now)


def _carry_out(
    order: Any, held: HeldParcel, at_stake: Stake, *, now: datetime
) -> RefundRequest | None:
    if held.choice == Choice.WAIT:
        return None
    try:
        if held.choice == Choice.REFUND:
            copies = {each.line.pk: each.to_send for each in at_stake.lines}
            return _give_back(order, held, at_stake.refund, copies=copies, now=now)
        if not at_stake.can_be_swapped:
            message = "Not every book of this order can be had as an e-book."
            raise NotPossible(message)
        _swap(order, at_stake)
        if not at_stake.swap_refund:
            return None
        return _give_back(order, held, at_stake.swap_refund, copies={}, now=now)
    except refunds.NotRefundable as reason:
        raise NotPossible(str(reason)) from reason


def _give_back(
    order: Any, held: HeldParcel, amount: int, *, copies: dict[int, int], now: datetime
) -> RefundRequest:
    return refunds.ask(
        order=order,
        amount=amount,
        reason=RefundRequest.Reason.HELD,
        copies=copies,
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


def _place(order: Any) -> Place:
    address = order.shipping_address
    return Place(
        country_code=address.country_id,
        country_name=str(address.country),
        postcode=address.postcode or "?",
    )
