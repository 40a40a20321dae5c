"""Whether an edition can be bought, and what a reader is told about it."""

from dataclasses import dataclass
from datetime import date

from oscar.apps.partner import availability

LOW_STOCK = 3


class ForSale(availability.Base):
    """Can be bought in any quantity."""

    code = "available"
    message = "In stock"
    schema = "https://schema.org/InStock"

    def is_purchase_permitted(self, quantity: int) -> tuple[bool, str]:
        """Allow every quantity."""
        return True, ""


class Download(ForSale):
    """An e-book: never out of stock."""

    message = "Available now, as a download"
    schema = "https://schema.org/OnlineOnly"


@dataclass(frozen=True)
class PreOrder(ForSale):
    """Not out yet; sent when it is."""

    published_on: date | None
    code = "preorder"
    schema = "https://schema.org/PreOrder"

    @property
    def message(self) -> str:  # type: ignore[override]
        """Say when it will come, if that is known."""
        if self.published_on is None:
            return "Order now, sent on publication"
        return f"Order now, published on {self.published_on:%-d %B %Y}"


@dataclass(frozen=True)
class Copies(availability.Base):
    """Printed copies, of which `free` are promised to nobody."""

    free: int

    @property
    def code(self) -> str:
        """Tell templates which of the three states this is."""
        if self.free <= 0:
            return "out-of-stock"
        return "low-stock" if self.free <= LOW_STOCK else "in-stock"

    @property
    def schema(self) -> str:
        """The state in the words of schema.org."""
        name = {"out-of-stock": "OutOfStock", "low-stock": "LimitedAvailability"}
        return f"https://schema.org/{name.get(self.code, 'InStock')}"

    @property
    def message(self) -> str:
        """Say how many are left only when it matters."""
        if self.free <= 0:
            return "Out of stock"
        if self.free == 1:
            return "In stock, the last copy"
        if self.free <= LOW_STOCK:
            return f"In stock, only {self.free} left"
        return "In stock"

    def is_purchase_permitted(self, quantity: int) -> tuple[bool, str]:
        """Allow what there is; the placing of an order decides for good."""
        if self.free <= 0:
            return False, "out of stock"
        if quantity > self.free:
            return False, f"only {self.free} left" if self.free > 1 else "only one copy left"
        return True, ""


@dataclass(frozen=True)
class EmbargoedCopies(Copies):
    """Printed copies that are in the house and may not leave it before a day.

    They are promised to orders as other copies are; the parcel waits.
    """

    until: date

    @property
    def code(self) -> str:
        """Tell templates that it is a pre-order, as long as there is a copy."""
        return "preorder" if self.free > 0 else "out-of-stock"

    @property
    def schema(self) -> str:
        """The state in the words of schema.org."""
        return f"https://schema.org/{'PreOrder' if self.free > 0 else 'OutOfStock'}"

    @property
    def message(self) -> str:
        """Say when it will come, and how many are left when it matters."""
        if self.free <= 0:
            return super().message
        left = f", only {self.free} left" if self.free <= LOW_STOCK else ""
        return f"{PreOrder(self.until).message}{left}"


@dataclass(frozen=True)
class NotForSale(availability.Base):
    """Cannot be bought now, for a reason that is told."""

    code: str
    message: str
    schema: str = "https://schema.org/OutOfStock"

    def is_purchase_permitted(self, quantity: int) -> tuple[bool, str]:
        """Allow nothing."""
        return False, self.message[0].lower() + self.message[1:]


REPRINTING = NotForSale("reprinting", "Being reprinted", "https://schema.org/BackOrder")
WITHDRAWN = NotForSale("withdrawn", "No longer sold", "https://schema.org/Discontinued")
NO_PRICE = NotForSale("no-price", "Not on sale yet")
UNANNOUNCED = NotForSale("unannounced", "Not on sale yet")

Policy = ForSale | Copies | NotForSale
