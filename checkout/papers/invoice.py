"""The invoice: what was bought, paid and refunded."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from bookstore import money
from checkout import addresses
from checkout.models import MoneyMovement
from checkout.papers import sheet
from checkout.papers.book import Book, in_words
from checkout.papers.seller import Seller

MINUS = "\N{MINUS SIGN}"
WORDS = {
    MoneyMovement.Kind.PAYMENT: "Paid",
    MoneyMovement.Kind.REFUND: "Refunded",
    MoneyMovement.Kind.RETURN: "Refund came back",
    MoneyMovement.Kind.CHARGEBACK: "Taken back by the bank",
}


@dataclass(frozen=True)
class Line:
    """Copies of a book; the sum is before any discount."""

    book: Book
    quantity: int
    unit_price: Decimal
    amount: Decimal


@dataclass(frozen=True)
class Charge:
    """What is added to the books, under its name."""

    name: str
    amount: Decimal


@dataclass(frozen=True)
class Movement:
    """Money that came or went on a day, in a currency of its own (ISO 4217).

    The amount is below nothing for money that went.
    """

    moved_on: date
    amount: Decimal
    currency: str
    what: str = "Paid"


@dataclass(frozen=True)
class Invoice:
    """What an invoice says; `country` (ISO 3166-1 alpha-2) is the reader's."""

    seller: Seller
    number: str
    ordered_on: date
    buyer: tuple[str, ...]
    country: str
    currency: str
    lines: tuple[Line, ...]
    discount: Decimal
    charges: tuple[Charge, ...]
    tax: Decimal
    total: Decimal
    payments: tuple[Movement, ...]
    refunds: tuple[Movement, ...]
    is_cancelled: bool

    @property
    def books(self) -> Decimal:
        """The sum of the lines."""
        return sum((line.amount for line in self.lines), Decimal(0))

    @property
    def due(self) -> Decimal:
        """What is still to pay. A refund brings no debt back."""
        paid = sum(paid.amount for paid in self.payments if paid.currency == self.currency)
        return Decimal(0) if self.is_cancelled else max(self.total - paid, Decimal(0))


def of_order(order: Any) -> Invoice:
    """Return the invoice for an order loaded by `checkout.orders`, with no query more."""
    moved = [_movement(each) for each in order.money_movements.all()]
    lines = list(order.lines.all())
    address = order.shipping_address
    email = order.guest_email or (order.user.email if order.user else "")
    return Invoice(
        seller=Seller.of_settings(),
        number=order.number,
        ordered_on=timezone.localtime(order.date_placed).date(),
        buyer=tuple(addresses.lines(address)) if address else (email,),
        country=address.country_id if address else "",
        currency=order.currency,
        lines=tuple(
            Line(
                book=Book.of_line(line),
                quantity=line.quantity,
                unit_price=line.unit_price_incl_tax,
                amount=line.line_price_before_discounts_incl_tax,
            )
            for line in lines
        ),
        discount=sum((line.discount_incl_tax for line in lines), Decimal(0)),
        charges=_charges(order),
        tax=order.total_incl_tax - order.total_excl_tax,
        total=order.total_incl_tax,
        payments=tuple(each for each in moved if each.what == "Paid"),
        refunds=tuple(each for each in moved if each.what != "Paid"),
        is_cancelled=order.status == "Cancelled",
    )


def render(invoice: Invoice) -> bytes:
    """Return the invoice as PDF."""
    seller = invoice.seller
    if seller.tax_number:
        head = (*seller.address, f"Tax number {seller.tax_number}")
        seller = replace(seller, address=head)
    return sheet.typeset(
        template="invoice.typ",
        title=f"Invoice {invoice.number}",
        seller=seller,
        dated=invoice.ordered_on,
        country=invoice.country,
        data={
            "buyer": invoice.buyer,
            "facts": [
                ("Invoice and order", invoice.number),
                ("Ordered on", in_words(invoice.ordered_on)),
                *[("Paid on", in_words(paid.moved_on)) for paid in invoice.payments[:1]],
            ],
            "lines": [
                {
                    "book": line.book.printed(),
                    "quantity": f"{line.quantity:,}",
                    "price": money.in_words(line.unit_price, invoice.currency),
                    "sum": money.in_words(line.amount, invoice.currency),
                }
                for line in invoice.lines
            ],
            "sums": _sums(invoice),
            "closing": _closing(invoice),
        },
    )


def _charges(order: Any) -> tuple[Charge, ...]:
    post = []
    if order.shipping_method or order.shipping_incl_tax:
        name = ": ".join(filter(None, ["Shipping", order.shipping_method]))
        post.append(Charge(name, order.shipping_incl_tax))
    return (*post, *[Charge(extra.name, extra.incl_tax) for extra in order.surcharges.all()])


def _movement(moved: MoneyMovement) -> Movement:
    amount = money.from_minor_units(amount=moved.amount, currency=moved.currency)
    return Movement(
        moved_on=timezone.localtime(moved.recorded_at).date(),
        amount=amount if moved.kind in MoneyMovement.COMES_IN else -amount,
        currency=moved.currency,
        what=WORDS[MoneyMovement.Kind(moved.kind)],
    )


def _sums(invoice: Invoice) -> list[tuple[str, str, bool]]:
    """Return the rows below the books: a name, an amount, whether it stands out."""

    def row(name: str, amount: Decimal, *, is_strong: bool = False) -> tuple[str, str, bool]:
        return name, _signed(amount, invoice.currency), is_strong

    rows = [row("Books", invoice.books)]
    if invoice.discount:
        rows.append(row("Discount", -invoice.discount))
    rows += [row(charge.name, charge.amount) for charge in invoice.charges]
    rows.append(row("Total", invoice.total, is_strong=True))
    if invoice.tax:
        rows.append(row("Tax included", invoice.tax))
    rows += [_moved(each) for each in (*invoice.payments, *invoice.refunds)]
    if invoice.due:
        rows.append(row("Still to pay", invoice.due, is_strong=True))
    return rows


def _moved(movement: Movement) -> tuple[str, str, bool]:
    name = f"{movement.what} on {in_words(movement.moved_on)}"
    return name, _signed(movement.amount, movement.currency), False


def _closing(invoice: Invoice) -> list[str]:
    sign = money.SIGNS[invoice.currency]
    cancelled = "This order was cancelled. Nothing is to be paid."
    return [
        *([cancelled] if invoice.is_cancelled else []),
        f"All amounts marked {sign} are in {invoice.currency}.",
        f"Questions? Write to {invoice.seller.email} and name the invoice number.",
    ]


def _signed(amount: Decimal, currency: str) -> str:
    shown = money.in_words(abs(amount), currency)
    return f"{MINUS}{shown}" if amount < 0 else shown
