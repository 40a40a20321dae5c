"""Who publishes and sells an edition, when, and at what price."""

from datetime import date
from decimal import Decimal
from typing import Final

from django.conf import settings
from django.utils import timezone

from bookstore.money import DECIMALS
from catalog.models import Product
from catalog.onix.export.elements import Element, part
from catalog.pricing.models import StockRecord

Status = Product.Status

# Lists 64 and 65. What is on sale says by its copies whether it can be had.
PUBLISHING_STATUSES: Final[dict[str, str]] = {
    Status.ON_SALE: "04",
    Status.FORTHCOMING: "02",
    Status.REPRINTING: "04",
    Status.WITHDRAWN: "08",
}
AVAILABILITIES: Final[dict[str, str]] = {
    Status.FORTHCOMING: "10",
    Status.REPRINTING: "32",
    Status.WITHDRAWN: "40",
}
DOWNLOAD, IN_STOCK, OUT_OF_STOCK = "20", "21", "31"
PUBLISHER = "01"  # list 45
TO_READERS = "09"  # list 93: publisher to end customers
WITH_TAX = "02"  # list 58: recommended retail price, tax included where there is one
FREE, LATER = "01", "02"  # list 57
DAY, YEAR = "00", "05"  # list 55
LAST_YEAR = 9999


def publishing_detail(edition: Product, work: Product) -> Element | None:
    """Return imprint, publisher, status and dates."""
    imprint = part("ImprintName", edition.imprint.name if edition.imprint else "")
    first = work.first_published
    year = f"{first:04}" if first and first <= LAST_YEAR else ""
    return part(
        "PublishingDetail",
        part("Imprint", imprint),
        part(
            "Publisher",
            part("PublishingRole", PUBLISHER),
            part("PublisherName", settings.SHOP_NAME),
        ),
        part("PublishingStatus", PUBLISHING_STATUSES[edition.status]),
        _date("01", _day(edition.published_on), DAY),
        _date("02", _day(edition.embargoed_until), DAY),
        _date("09", _day(_announced_on(edition, work)), DAY),
        _date("11", year, YEAR),
    )


def _announced_on(edition: Product, work: Product) -> date | None:
    """Return the day from which readers see the edition, in the shop's time zone."""
    moments = [each.announced_at for each in (edition, work) if each.announced_at]
    return timezone.localdate(max(moments)) if moments else None


def _day(day: date | None) -> str:
    return day.isoformat().replace("-", "") if day else ""


def _date(role: str, text: str, form: str) -> Element | None:
    date = part("Date", text, dateformat=form)
    if date is None:
        return None
    return part("PublishingDate", part("PublishingDateRole", role), date)


def product_supply(edition: Product) -> Element | None:
    """Return availability, stock and price, for the whole world."""
    record = next(iter(edition.stockrecords.all()), None)
    copies = 0 if record is None else record.num_in_stock or 0
    supplier = part(
        "Supplier", part("SupplierRole", TO_READERS), part("SupplierName", settings.SHOP_NAME)
    )
    detail = part(
        "SupplyDetail",
        supplier,
        part("ProductAvailability", _availability(edition, copies)),
        None if edition.is_digital else part("Stock", part("OnHand", copies)),
        *_price(record),
    )
    return part("ProductSupply", part("Market", _everywhere()), detail)


def _availability(edition: Product, copies: int) -> str:
    if edition.status in AVAILABILITIES:
        return AVAILABILITIES[edition.status]
    if edition.is_digital:
        return DOWNLOAD
    return IN_STOCK if copies else OUT_OF_STOCK


def _price(record: StockRecord | None) -> list[Element | None]:
    if record is None or not record.price:
        is_free = record is not None and record.price is not None
        return [part("UnpricedItemType", FREE if is_free else LATER)]
    smallest = Decimal(1).scaleb(-DECIMALS.get(record.price_currency, 2))
    price = part(
        "Price",
        part("PriceType", WITH_TAX),
        part("PriceAmount", str(record.price.quantize(smallest))),
        part("CurrencyCode", record.price_currency),
        _everywhere(),
    )
    return [price]


def _everywhere() -> Element | None:
    return part("Territory", part("RegionsIncluded", "WORLD"))
