"""Which price and which availability an edition has (Oscar's strategy hook)."""

from typing import Any

from oscar.apps.partner import strategy

from catalog.models import Product
from catalog.pricing import availability
from catalog.pricing.models import StockRecord


class Selector:
    """Give everybody the same prices."""

    def strategy(self, request: object = None, **kwargs: object) -> "Strategy":
        """Return the shop's one strategy; who asks does not matter and is not looked up."""
        return Strategy()


class Strategy(strategy.UseFirstStockRecord, strategy.NoTax, strategy.Structured):
    """One price an edition; its status, type and free copies decide if it can be had."""

    def fetch_for_line(self, line: Any, stockrecord: StockRecord | None = None) -> Any:
        """Use the stock record that the line was made with: no query."""
        return self.fetch_for_product(line.product, stockrecord or line.stockrecord)

    def availability_policy(
        self, product: Product, stockrecord: StockRecord | None
    ) -> availability.Policy:
        """Return the policy for an edition and its stock record."""
        if not product.is_public or product.status == Product.Status.WITHDRAWN:
            return availability.WITHDRAWN
        if not product.is_announced():
            return availability.UNANNOUNCED
        if stockrecord is None or stockrecord.price is None:
            return availability.NO_PRICE
        return _availability(product, stockrecord.net_stock_level)


def _availability(product: Product, free: int) -> availability.Policy:
    """Return the policy for an edition that has a price and is shown."""
    embargo = product.embargoed_until if product.is_embargoed() else None
    if product.status == Product.Status.FORTHCOMING:
        return availability.PreOrder(embargo or product.published_on)
    if product.is_digital:
        return availability.PreOrder(embargo) if embargo else availability.Download()
    if free <= 0 and product.status == Product.Status.REPRINTING:
        return availability.REPRINTING
    return availability.EmbargoedCopies(free, embargo) if embargo else availability.Copies(free)
