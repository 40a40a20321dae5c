"""Choose the price that a reader in this shop pays.

Of the prices that hold - retail, in the shop's currency, today, for every consumer, for one
copy, in the shop's country - the first of this order is taken: the one whose territory (else
its market) names the country before the euro area before the world; with tax before without;
recommended before fixed before agency; one with a date before one without, and the later
beginning before the earlier; one for consumers before one for nobody in particular; and then
the one that stands first in the message.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from catalog.onix import codes, territories
from catalog.onix.composite import Composite
from catalog.onix.dates import BadDate, date_of, last_day
from catalog.onix.market import Defaults, Market
from catalog.onix.record import BadRecord, Notes

LARGEST_PRICE = Decimal("9999999999.99")
FROM, UNTIL, FROM_UNTIL = "14", "15", "24"  # list 173
PROVISIONAL = "01"  # list 61
CONSUMERS = "05"  # list 59
FREE = "01"  # list 57
ALWAYS = date.min
WITHOUT_TAX = {"01", "03", "41"}


@dataclass(frozen=True)
class _Offer:
    """A price that holds, with what ranks it."""

    amount: Decimal
    kind: str
    closeness: int
    since: date
    is_for_consumers: bool
    composite: Composite

    @property
    def rank(self) -> tuple[int, int, int, int]:
        """The lower, the better."""
        return (
            -self.closeness,
            codes.RETAIL_PRICES.index(self.kind),
            -self.since.toordinal(),
            not self.is_for_consumers,
        )


def choose_price(
    details: list[tuple[Composite, int]], market: Market, defaults: Defaults, notes: Notes
) -> Decimal | None:
    """Return the price by the order above; none if no price holds, or it is nothing.

    `details` are supply details, each with how closely its market is drawn.

    :raises BadRecord: if a price that holds is not an amount.
    """
    offers: list[_Offer] = []
    for detail, market_closeness in details:
        for price in detail.all("Price"):
            kind = price.text("PriceType") or defaults.price_type or "01"
            reason = next(_faults(price, kind, market, defaults), "")
            if reason:
                notes.ignore("Price", reason)
            else:
                offers.append(_offer(price, kind, market, market_closeness))
    offers.sort(key=lambda offer: offer.rank)
    for other in offers[1:]:
        if other.kind == offers[0].kind:
            notes.ignore("Price", f"a second one of type {other.kind}")
        else:
            notes.ignore("Price", f"type {other.kind}, another one is preferred")
    if not offers or not offers[0].amount:
        is_free = bool(offers) or any(FREE in d.texts("UnpricedItemType") for d, _ in details)
        why = "it is free of charge" if is_free else "shown as not on sale"
        notes.remark(f"no {market.currency} price: {why}")
        return None
    _remark(offers[0], market, notes)
    return offers[0].amount


def _offer(price: Composite, kind: str, market: Market, market_closeness: int) -> _Offer:
    return _Offer(
        amount=_amount(price, market),
        kind=kind,
        closeness=territories.closest(
            price.all("Territory"), market.country, otherwise=market_closeness
        ),
        since=_since(price),
        is_for_consumers=price.text("PriceQualifier") == CONSUMERS,
        composite=price,
    )


def _remark(offer: _Offer, market: Market, notes: Notes) -> None:
    """Say what a shopkeeper should know about the chosen price."""
    for territory in offer.composite.all("Territory"):
        for region in territories.left_out(territory, market.country):
            notes.remark(f"its price does not hold in {region}, but is asked there, too")
    if offer.composite.text("PriceStatus") == PROVISIONAL:
        notes.remark("its price is provisional")
    rates = [tax.text("TaxRatePercent") for tax in offer.composite.all("Tax")]
    taxed = [rate for rate in rates if rate.strip("0.")]
    if taxed and offer.kind in WITHOUT_TAX:
        notes.remark(f"its price is without tax, of which {taxed[0]} % would come on top")


def _faults(price: Composite, kind: str, market: Market, defaults: Defaults) -> Iterator[str]:
    """Yield why a price does not hold for a reader in this shop."""
    currency = price.text("CurrencyCode") or defaults.currency
    if currency != market.currency:
        yield currency or "no currency"
    if kind not in codes.RETAIL_PRICES:
        yield f"type {kind}, not a retail price"
    if price.text("PriceQualifier") not in codes.CONSUMER_PRICES:
        yield f"qualifier {price.text('PriceQualifier')}, not for everybody"
    places = price.all("Territory")
    if not territories.closest(places, market.country, otherwise=territories.WORLD):
        yield f"{currency}, not for {market.country}"
    if price.text("CurrencyZone") == "EUR" and market.country not in codes.EUROZONE:
        yield f"{currency}, not for {market.country}"
    if price.text("MinimumOrderQuantity") not in {"", "0", "1"}:
        yield "for a smallest quantity"
    if "BatchBonus" in price or "PriceCondition" in price:
        yield "with a condition"
    if "PriceAmount" not in price:
        yield "without an amount"
    if not _is_current(price, market.today):
        yield "not valid today"


def _since(price: Composite) -> date:
    begun = [
        date_of(span)[0]
        for span in price.all("PriceDate")
        if span.text("PriceDateRole") in {FROM, FROM_UNTIL}
    ]
    return max(begun, default=ALWAYS)


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
