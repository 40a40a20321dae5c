"""Read what a record says about selling: the price, the stock and the status here."""

from datetime import date

from catalog.models import Product
from catalog.onix import codes, territories
from catalog.onix.composite import Composite
from catalog.onix.market import Defaults, Market
from catalog.onix.prices import choose_price
from catalog.onix.record import Notes, Supply

KEPT = {"ProductAvailability", "Stock", "Price", "UnpricedItemType"}
Status = Product.Status


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
    found = (detail.text("ProductAvailability") for detail, _ in details)
    availability = next(filter(None, found), "")
    if publishing_status not in codes.PUBLISHING_STATUSES:
        notes.ignore("PublishingStatus", f"{publishing_status} is not in list 64")
    # An update says nothing about the markets that it leaves out; a full record does.
    is_told = bool(details) or product.text("NotificationType") != codes.UPDATE
    is_ahead = published_on is None or published_on > market.today
    return Supply(
        publishing_status=publishing_status,
        availability=availability,
        today=market.today,
        status=status_of(publishing_status, availability, is_ahead=is_ahead),
        price=choose_price(details, market, defaults, notes) if is_told else None,
        on_hand=_on_hand([detail for detail, _ in details], availability, notes),
        is_told=is_told,
    )


def status_of(publishing: str, availability: str, *, is_ahead: bool) -> str:
    """Return the status by publishing status (list 64) and availability (list 65).

    `is_ahead`: the day of publication has not come, or is not known.
    """
    told = codes.PUBLISHING_STATUSES.get(publishing, Status.ON_SALE)
    if publishing in codes.STOPPED:
        return told
    if publishing == codes.FORTHCOMING and availability in codes.AVAILABLE:
        return Status.FORTHCOMING if is_ahead else Status.ON_SALE
    return codes.AVAILABILITIES.get(availability, told)


def _details_for(
    product: Composite, market: Market, notes: Notes
) -> list[tuple[Composite, int]]:
    """Return the supply details of the markets to which the shop's country belongs.

    Each comes with how closely its market is drawn around the country.
    """
    found = []
    for supply in product.all("ProductSupply"):
        places = supply.path("Market", "Territory")
        closeness = territories.closest(places, market.country, otherwise=territories.WORLD)
        if not closeness:
            notes.ignore("ProductSupply", f"a market without {market.country}")
            for price in supply.path("SupplyDetail", "Price"):
                notes.ignore("Price", f"{price.text('CurrencyCode')}, its market is another")
            continue
        found += [(detail, closeness) for detail in supply.all("SupplyDetail")]
        for ignored in set(supply.names) - {"Market", "SupplyDetail"}:
            notes.ignore(f"ProductSupply/{ignored}", "not kept")
    for ignored in {name for detail, _ in found for name in detail.names} - KEPT:
        notes.ignore(f"SupplyDetail/{ignored}", "not kept")
    return found


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
