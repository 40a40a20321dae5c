"""Turn a basket into an order that waits for its payment."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from oscar.apps.order import utils
from oscar.core.loading import get_model
from oscar.core.prices import Price

from bookstore.money import from_minor_units, in_words, minor_units
from catalog.pricing.availability import Copies
from checkout import gateway, parcel_notices, stock
from checkout.basket.models import Basket
from checkout.numbers import new_number
from checkout.parcel_notices import NotAcknowledged
from checkout.shown import Changed, Shipping, Shown, destination, new_notices
from shipping.rules import Notice

__all__ = [
    "AlreadyPlaced",
    "Changed",
    "NotAcknowledged",
    "Shipping",
    "Shown",
    "SoldOut",
    "place_order",
]

MOST_CLASHES = 5
NO_PARCEL = Shipping(code="", name="", price=Decimal(0))

Order = get_model("order", "Order")


class AlreadyPlaced(Exception):
    """The basket has become an order before."""

    def __init__(self, order: Any) -> None:
        """Keep the order."""
        super().__init__(order.number)
        self.order = order


class SoldOut(stock.SoldOut):
    """Something in the basket cannot be bought (any more)."""

    def __init__(self, reasons: Sequence[str], stock_record_id: int = 0) -> None:
        """Keep the reasons, a sentence each."""
        super().__init__(stock_record_id)
        self.reasons = list(reasons)

    def __str__(self) -> str:
        return " ".join(self.reasons)


@transaction.atomic
def place_order(  # noqa: PLR0913
    *,
    basket: Any,
    user: Any,
    email: str,
    shipping_address: Any,
    shipping: Shipping | None,
    shown: Shown,
    now: datetime,
    notices: Sequence[Notice] = (),
    acknowledged: Collection[int] = (),
) -> Any:
    """Place the order for a basket and claim its copies; return Oscar's order.

    All or nothing, behind a lock on the basket. `shipping_address` is an unsaved
    address of Oscar's, or None for e-books alone. `notices` hold up the chosen way now;
    the keys of those that the reader has ticked are in `acknowledged`.

    :raises AlreadyPlaced: if the basket was placed before: go to that order's payment.
    :raises Changed: if anything differs from what the reader was `shown`.
    :raises SoldOut: if a book cannot be bought in this number any more.
    :raises NotAcknowledged: if a notice that has to be ticked is not.
    """
    locked = _lock(basket, user=user, shown=shown)
    lines = list(locked.all_lines())
    if not lines:
        raise Changed(["Your basket is empty."])
    if not email:
        raise Changed(["Please give your e-mail address once more."])
    if reasons := [reason for line in lines for reason in _objections(line)]:
        raise SoldOut(reasons)
    going_to = destination(email=email, address=shipping_address)
    differences = shown.differences(Shown.of(locked, shipping, going_to=going_to))
    if differences := [*differences, *new_notices(shown, notices)]:
        raise Changed(differences)
    parcel_notices.refuse_unread(notices, acknowledged)
    _check_amount(shown.total)
    if shipping_address is not None:
        shipping_address.save()
    order = _create(
        basket=locked,
        user=user,
        shipping_address=shipping_address,
        shipping=shipping or NO_PARCEL,
        total=shown.total,
        guest_email=email,
        date_placed=now,
    )
    parcel_notices.freeze(
        order=order, notices=shown.notices, acknowledged=acknowledged, now=now
    )
    _claim(lines)
    locked.submit()
    return order


def _lock(basket: Any, *, user: Any, shown: Shown) -> Any:
    """Lock the basket that was shown and return it as it is now.

    After the first POST the reader's basket is a new one; what was shown still names
    the old.
    """
    pk = shown.basket_id or basket.pk
    locked = Basket.objects.select_for_update().filter(pk=pk, owner=_account(user)).first()
    if locked and locked.status == Basket.SUBMITTED:
        order = Order.objects.filter(basket=locked).order_by("pk").first()
        if order:
            raise AlreadyPlaced(order)
    if not locked or locked.pk != basket.pk or locked.status != Basket.OPEN:
        raise Changed(["Your basket was changed in another window."])
    locked.strategy = basket.strategy
    return locked


def _check_amount(total: Decimal) -> None:
    """Refuse a total that Stripe would never take, before anything is promised."""
    amount = minor_units(amount=total, currency=settings.SHOP_CURRENCY)
    if 0 < amount < gateway.SMALLEST_AMOUNT:
        least = from_minor_units(
            amount=gateway.SMALLEST_AMOUNT, currency=settings.SHOP_CURRENCY
        )
        raise Changed(
            [f"An order has to come to at least {in_words(least, settings.SHOP_CURRENCY)}."]
        )
    if amount > gateway.LARGEST_AMOUNT:
        raise Changed([f"For an order this large, please write to {settings.SHOP_EMAIL}."])


def _objections(line: Any) -> list[str]:
    may, reason = line.purchase_info.availability.is_purchase_permitted(line.quantity)
    return [] if may else [f"{line.product.title} cannot be ordered: {reason}."]


def _takes_copies(line: Any) -> bool:
    """Whether copies in the house are promised: not for downloads, nor before publication."""
    return isinstance(line.purchase_info.availability, Copies)


def _claim(lines: Sequence[Any]) -> None:
    quantities: Counter[int] = Counter()
    titles = {line.stockrecord_id: line.product.title for line in lines}
    for line in lines:
        if _takes_copies(line):
            quantities[line.stockrecord_id] += line.quantity
    try:
        stock.claim_copies(quantities=quantities)
    except stock.SoldOut as sold_out:
        pk = sold_out.stock_record_id
        reason = f"{titles[pk]} was sold to another reader a moment ago."
        raise SoldOut([reason], pk) from sold_out


class _Creator(utils.OrderCreator):
    """Oscar's creator, which leaves stock to `checkout.stock`."""

    def create_line_models(
        self, order: Any, basket_line: Any, extra_line_fields: dict[str, Any] | None = None
    ) -> Any:
        """Write on the line how many copies are claimed for it."""
        claimed = basket_line.quantity if _takes_copies(basket_line) else 0
        fields = {"num_allocated": claimed, **(extra_line_fields or {})}
        return super().create_line_models(order, basket_line, fields)

    def update_stock_records(self, line: Any) -> None:
        """Leave the stock: Oscar would promise copies that are not there."""


def _create(
    *, basket: Any, user: Any, shipping: Shipping, total: Decimal, **fields: Any
) -> Any:
    """Write the order under a number of its own."""
    for _ in range(MOST_CLASHES):
        number = new_number()
        try:
            with transaction.atomic():
                return _Creator().place_order(
                    basket,
                    total=_untaxed(total),
                    shipping_method=shipping,
                    shipping_charge=_untaxed(shipping.price),
                    user=_account(user),
                    order_number=number,
                    **fields,
                )
        except (IntegrityError, ValueError):
            # Oscar says ValueError for a number it finds, PostgreSQL for one it does not.
            if not Order.objects.filter(number=number).exists():
                raise
    message = f"{MOST_CLASHES} new order numbers were all taken"
    raise RuntimeError(message)


def _account(user: Any) -> Any:
    return user if user is not None and user.is_authenticated else None


def _untaxed(amount: Decimal) -> Price:
    return Price(settings.SHOP_CURRENCY, amount, tax=0)
