"""The columns of the spreadsheet, and how a cell of each is read."""

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError

from bookstore.money import DECIMALS
from catalog.models import Product
from catalog.pricing.history import LONGEST_REASON
from catalog.pricing.stock import MOST_COPIES

LARGEST_PRICE = Decimal(99_999_999)
LARGEST_MEASURE = 1_000_000
NO_PRICE = "none"


class Column(StrEnum):
    """What stands in the first row."""

    CODE = "ISBN or code"
    TITLE = "Title"
    TYPE = "Type"
    STATUS = "Status"
    PUBLISHED = "Published on"
    PAGES = "Pages"
    WEIGHT = "Weight in grams"
    AS_OF = "Edition as of"
    PRICE = "Price"
    PRICE_WAS = "Price when exported"
    COPIES_WAS = "Copies when exported"
    PROMISED = "Promised when exported"
    ADDED = "Add or take"
    COUNTED = "Counted"
    REASON = "Reason"


def text(cell: Any) -> str:
    """Return what a cell says, on one line; a number of a spreadsheet without its point.

    :raises ValidationError: if it is a formula.
    """
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    said = " ".join(str(cell).split())
    if said.startswith("="):
        message = f"{said[:40]} is a formula: paste its value instead."
        raise ValidationError(message)
    return said


def whole(cell: Any, *, least: int = 0, most: int = LARGEST_MEASURE) -> int | None:
    """Return a whole number, or None for an empty cell.

    :raises ValidationError: if it is something else or out of bounds.
    """
    said = text(cell)
    if not said:
        return None
    if not re.fullmatch(r"[+-]?\d{1,9}", said):
        message = f"{said[:40]} is no whole number."
        raise ValidationError(message)
    number = int(said)
    if not least <= number <= most:
        message = f"{number} is not between {least} and {most}."
        raise ValidationError(message)
    return number


def difference(cell: Any) -> int | None:
    """Return copies to add, negative to take some away."""
    return whole(cell, least=-MOST_COPIES, most=MOST_COPIES)


def count(cell: Any) -> int | None:
    """Return copies that were counted."""
    return whole(cell, most=MOST_COPIES)


def price(cell: Any) -> Decimal | None:
    """Return an amount in the shop's currency, or None for an empty cell or `none`.

    :raises ValidationError: if it is something else.
    """
    said = text(cell)
    if said.lower() in {"", NO_PRICE}:
        return None
    # Spreadsheets of half of Europe write 24,95.
    dotted = said.replace(",", ".") if re.fullmatch(r"\d+,\d{1,2}", said) else said
    smallest = Decimal(1).scaleb(-DECIMALS[settings.SHOP_CURRENCY])
    try:
        amount = Decimal(dotted)
        is_sound = 0 < amount <= LARGEST_PRICE and amount == amount.quantize(smallest)
    except InvalidOperation:
        is_sound = False
    if not is_sound:
        message = f"{said[:40]} is no price in {settings.SHOP_CURRENCY}: write 24.95, or none."
        raise ValidationError(message)
    return amount.quantize(smallest)


def day(cell: Any) -> date | None:
    """Return a day, or None for an empty cell.

    :raises ValidationError: if it is something else.
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    said = text(cell)
    if not said:
        return None
    try:
        return date.fromisoformat(said[:10])
    except ValueError:
        message = f"{said[:40]} is no day: write it as 2026-05-31."
        raise ValidationError(message) from None


def status(cell: Any) -> str | None:
    """Return a status by its name, or None for an empty cell.

    :raises ValidationError: if there is no such status.
    """
    said = text(cell)
    if not said:
        return None
    names = {str(label).casefold(): value for value, label in Product.Status.choices}
    if said.casefold() not in names:
        known = ", ".join(str(label) for label in Product.Status.labels)
        message = f"{said[:40]} is no status: it is one of {known}."
        raise ValidationError(message)
    return str(names[said.casefold()])


def reason(cell: Any) -> str:
    """Return why copies change.

    :raises ValidationError: if it is too long.
    """
    said = text(cell)
    if len(said) > LONGEST_REASON:
        message = f"At most {LONGEST_REASON} letters."
        raise ValidationError(message)
    return said


def harmless(said: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{said}" if said.startswith(("=", "+", "-", "@", "\t", "\r")) else said
