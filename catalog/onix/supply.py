"""Choose the price, the stock and the status that hold for this shop."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from catalog.models import Product
from catalog.onix import codes
from catalog.onix.composite import Composite
from catalog.onix.dates import BadDate, date_of, last_day
from catalog.onix.record import BadRecord, Notes, Supply

LARGEST_PRICE = Decimal("9999999999.99")
FROM, UNTIL, FROM_UNTIL = "14", "15", "24"  # list 173
FREE = "01"  # list 57
KEPT = {"ProductAvailability", "Stock", "Price", "UnpricedItemType"}


@dataclass(frozen=True)
class Market:
    """The shop for which a message is read, and the day on which it is."""

    country: str
    currency: str
    decimals: int
    today: date


@dataclass(frozen=True)
class Defaults:
    """What the message's header says for records that are silent."""

    language: str = ""
    currency: str = ""
    price_type: str = ""


def read_supply(
    product: Composite,
    *,
    market: Market,
    defaults: Defaults,
    published_on: date | None,
    notes: Notes,
) -> Supply:
    """Return what the record says about selling the edition in the shop's country.

    :raises BadRecord: if a price that would count is not an amount.
    """
    details = _details_for(product, market, notes)
    publishing = product.path("PublishingDetail")
    publishing_status = publishing[0].text("PublishingStatus") if publishing else ""
    availability = next(filter(None, (d.text("ProductAvailability") for d in details)), "")
    status = _status(publishing_status, availability, published_on, market, notes)
    return Supply(
        status=status,
        price=_price(details, market, defaults, notes),
        on_hand=_on_hand(details, availability, notes),
    )


def _details_for(product: Composite, market: Market, notes: Notes) -> list[Composite]:
    """Return the supply details of the markets to which the shop's country belongs."""
    found = []
    for supply in product.all("ProductSupply"):
        territories = supply.path("Market", "Territory")
        if territories and not any(covers(t, market.country) for t in territories):
            notes.ignore("ProductSupply", f"a market without {market.country}")
            for price in supply.path("SupplyDetail", "Price"):
                notes.ignore("Price", f"{price.text('CurrencyCode')}, its market is another")
            continue
        found += supply.all("SupplyDetail")
        for ignored in set(supply.names) - {"Market", "SupplyDetail"}:
            notes.ignore(f"ProductSupply/{ignored}", "not kept")
    for ignored in {name for detail in found for name in detail.names} - KEPT:
        notes.ignore(f"SupplyDetail/{ignored}", "not kept")
    return found


def covers(territory: Composite, country: str) -> bool:
    """Whether a country (ISO 3166-1) lies in an ONIX territory; its regions alone do not."""
    regions = territory.text("RegionsIncluded").split()
    included = country in territory.text("CountriesIncluded").split() or "WORLD" in regions
    if "ECZ" in regions and country in codes.EUROZONE:
        included = True
    return included and country not in territory.text("CountriesExcluded").split()


def _status(
    publishing: str, availability: str, published_on: date | None, market: Market, notes: Notes
) -> str:
    told = codes.PUBLISHING_STATUSES.get(publishing)
    if told is None:
        notes.ignore("PublishingStatus", f"{publishing} is not in list 64")
        told = Product.Status.ON_SALE
    if publishing in codes.STOPPED:
        return told
    if publishing == codes.FORTHCOMING and availability in codes.AVAILABLE:
        is_ahead = published_on is None or published_on > market.today
        return Product.Status.FORTHCOMING if is_ahead else Product.Status.ON_SALE
    return codes.AVAILABILITIES.get(availability, told)


def _on_hand(details: list[Composite], availability: str, notes: Notes) -> int | None:
    """Return the copies in the house, over all locations; None if no record of them."""
    stocks = [stock for detail in details for stock in detail.all("Stock")]
    figures = [stock.text("OnHand") for stock in stocks if "OnHand" in stock]
    if len(figures) < len(stocks):
        notes.ignore("Stock", "without OnHand")
    if any(not figure.isdecimal() for figure in figures):
        notes.remark("OnHand is not a number of copies: no stock figure read")
        return None
    if figures:
        return sum(map(int, figures))
    return 0 if availability in codes.NONE_IN_STOCK else None


def _price(
    details: list[Composite], market: Market, defaults: Defaults, notes: Notes
) -> Decimal | None:
    found: dict[str, Decimal] = {}
    for price in (price for detail in details for price in detail.all("Price")):
        kind = price.text("PriceType") or defaults.price_type or "01"
        reason = next(_faults(price, kind, market, defaults), "")
        if reason:
            notes.ignore("Price", reason)
        elif kind in found:
            notes.ignore("Price", f"a second one of type {kind}")
        else:
            found[kind] = _amount(price, market)
    chosen = next((found[kind] for kind in codes.RETAIL_PRICES if kind in found), None)
    for kind, amount in found.items():
        if amount != chosen:
            notes.ignore("Price", f"type {kind}, another type is preferred")
    if not chosen:
        free = chosen is not None or any(FREE in d.texts("UnpricedItemType") for d in details)
        why = "it is free of charge" if free else "shown as not on sale"
        notes.remark(f"no {market.currency} price: {why}")
        return None
    return chosen


def _faults(price: Composite, kind: str, market: Market, defaults: Defaults) -> Iterator[str]:
    """Yield why a price does not hold for a reader in this shop."""
    currency = price.text("CurrencyCode") or defaults.currency
    territories = price.all("Territory")
    if currency != market.currency:
        yield currency or "no currency"
    if kind not in codes.RETAIL_PRICES:
        yield f"type {kind}, not a retail price"
    if price.text("PriceQualifier") not in codes.CONSUMER_PRICES:
        yield f"qualifier {price.text('PriceQualifier')}, not for everybody"
    if territories and not any(covers(place, market.country) for place in territories):
        yield f"{currency}, not for {market.country}"
    if price.text("MinimumOrderQuantity") not in {"", "0", "1"}:
        yield "for a smallest quantity"
    if "BatchBonus" in price or "PriceCondition" in price:
        yield "with a condition"
    if "PriceAmount" not in price:
        yield "without an amount"
    if not _is_current(price, market.today):
        yield "not valid today"


def _is_current(price: Composite, today: date) -> bool:
    try:
        for span in price.all("PriceDate"):
            role = span.text("PriceDateRole")
            if role in {FROM, FROM_UNTIL} and date_of(span)[0] > today:
                return False
            if role in {UNTIL, FROM_UNTIL} and last_day(span) < today:
                return False
    except BadDate as error:
        message = f"PriceDate {error}"
        raise BadRecord(message, price.line) from error
    return True


def _amount(price: Composite, market: Market) -> Decimal:
    text = price.text("PriceAmount")
    try:
        amount = Decimal(text)
    except InvalidOperation as error:
        message = f"PriceAmount {text!r} is not an amount"
        raise BadRecord(message, price.line) from error
    if not amount.is_finite() or not 0 <= amount <= LARGEST_PRICE:
        message = f"PriceAmount {text!r} is not an amount"
        raise BadRecord(message, price.line)
    shown = amount.quantize(Decimal(1).scaleb(-market.decimals))
    if shown != amount:
        message = f"PriceAmount {text!r} has more decimals than {market.currency}"
        raise BadRecord(message, price.line)
    return shown
