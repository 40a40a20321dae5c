"""What a block update (notification 04) means for the status of an edition.

The status follows from two blocks, publishing and supply. An update that has only one of
them is read beside what the catalogue holds.
"""

from datetime import date

from catalog.models import Product
from catalog.onix import blocks, codes
from catalog.onix.record import Record
from catalog.onix.supply import status_of

Status = Product.Status
SILENT = {"", "97", "98", "99"}  # list 65: nothing said, or not known


def status_now(edition: Product, record: Record) -> str:
    """Return the status of an edition after a record, full or partial."""
    supply, before = record.supply, str(edition.status)
    has_supply = record.has(blocks.SUPPLY) and supply.is_told
    has_publishing = record.has(blocks.PUBLISHING)
    if not record.is_update or (has_supply and has_publishing):
        return supply.status
    if has_supply and supply.availability not in SILENT:
        publishing = codes.FORTHCOMING if before == Status.FORTHCOMING else ""
        is_ahead = _is_ahead(edition.published_on, record.supply.today)
        return status_of(publishing, supply.availability, is_ahead=is_ahead)
    if has_publishing and supply.publishing_status:
        return _by_publishing(before, record)
    return before


def _by_publishing(before: str, record: Record) -> str:
    """Return the status where nothing is said about supply.

    What is out of print may still be in the house: only a stop takes it off sale.
    """
    publishing = record.supply.publishing_status
    told = codes.PUBLISHING_STATUSES.get(publishing, before)
    if publishing in codes.STOPPED:
        return told
    day = record.published_on
    if publishing == codes.FORTHCOMING:
        return Status.FORTHCOMING if _is_ahead(day, record.supply.today) else Status.ON_SALE
    if told == Status.ON_SALE and before in {Status.FORTHCOMING, Status.WITHDRAWN}:
        is_dated = day is not None and _is_ahead(day, record.supply.today)
        return Status.FORTHCOMING if is_dated else Status.ON_SALE
    return before


def _is_ahead(published_on: date | None, today: date) -> bool:
    return published_on is None or published_on > today
