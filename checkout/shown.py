"""What a reader was shown before paying, and what has become different since."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from django.conf import settings
from django.core import signing
from django.utils.crypto import salted_hmac

from bookstore.money import in_words
from catalog.models import Product
from shipping.rules import Notice

SALT = "checkout.shown.2"  # another one whenever what is signed takes another form


class Changed(Exception):
    """The basket, a price or the shipping is not what the reader was shown."""

    def __init__(self, differences: list[str]) -> None:
        """Keep what is different, a sentence each."""
        super().__init__(" ".join(differences))
        self.differences = differences


@dataclass(frozen=True)
class Shipping:
    """The way the parcel goes, and its price."""

    code: str
    name: str
    price: Decimal


@dataclass(frozen=True)
class Told:
    """A notice in the words that the reader saw; `ends_at` is in ISO 8601, or empty."""

    id: int
    severity: str
    message: str
    delay_days: int
    ends_at: str

    @classmethod
    def of(cls, notice: Notice) -> Self:
        """Take down what a page says of this notice."""
        ends_at = notice.ends_at.isoformat() if notice.ends_at else ""
        severity = notice.severity.value
        return cls(notice.id, severity, notice.message, notice.delay_days, ends_at)

    @property
    def until(self) -> datetime | None:
        """When it ends, as far as was known."""
        return datetime.fromisoformat(self.ends_at) if self.ends_at else None


@dataclass(frozen=True)
class Shown:
    """The basket, the shipping and the total as the review page showed them.

    `lines` are triples of product id, quantity and unit price; `notices` are what holds
    up the parcel.
    """

    basket_id: int
    lines: tuple[tuple[int, int, Decimal], ...]
    shipping_code: str
    shipping_price: Decimal
    total: Decimal
    going_to: str = ""
    notices: tuple[Told, ...] = ()

    @classmethod
    def of(
        cls,
        basket: Any,
        shipping: Shipping | None,
        *,
        going_to: str = "",
        notices: Iterable[Notice] = (),
    ) -> Self:
        """Take down what a page shows of this basket; nothing is sent without shipping.

        `going_to` is what `destination` returns; empty if the page shows none.
        """
        lines = tuple(
            (line.product_id, line.quantity, line.unit_price_incl_tax or Decimal(0))
            for line in basket.all_lines()
        )
        price = shipping.price if shipping else Decimal(0)
        return cls(
            basket_id=basket.pk or 0,
            lines=lines,
            shipping_code=shipping.code if shipping else "",
            shipping_price=price,
            total=sum((quantity * unit for _, quantity, unit in lines), price),
            going_to=going_to,
            notices=tuple(map(Told.of, notices)),
        )

    def digest(self) -> str:
        """Return it as a signed text for a hidden field."""
        fields = asdict(self) | {
            "lines": [(pk, quantity, str(unit)) for pk, quantity, unit in self.lines],
            "shipping_price": str(self.shipping_price),
            "total": str(self.total),
        }
        return signing.dumps(fields, salt=SALT, compress=True)

    @classmethod
    def read(cls, digest: str) -> Self:
        """Read what `digest` returned.

        :raises Changed: if the text is not ours; the reader has to look again.
        """
        try:
            fields = signing.loads(digest, salt=SALT)
        except signing.BadSignature as error:
            raise Changed(["Please check your order once more."]) from error
        return cls(
            basket_id=fields["basket_id"],
            lines=tuple((pk, number, Decimal(unit)) for pk, number, unit in fields["lines"]),
            shipping_code=fields["shipping_code"],
            shipping_price=Decimal(fields["shipping_price"]),
            total=Decimal(fields["total"]),
            going_to=fields["going_to"],
            notices=tuple(Told(**told) for told in fields["notices"]),
        )

    def differences(self, now: Self) -> list[str]:
        """Say what is different `now`, a sentence each; nothing if all is as shown."""
        found = [*self._about_lines(now), *self._about_shipping(now)]
        if self.going_to and now.going_to != self.going_to:
            found.append("The address was changed in another window.")
        if not found and now.total != self.total:
            found = [f"The total is now {_price(now.total)} (it was {_price(self.total)})."]
        return found

    def _about_lines(self, now: Self) -> Iterator[str]:
        before, after = _by_product(self), _by_product(now)
        titles = dict(
            Product.objects.filter(pk__in={*before, *after}).values_list("pk", "title")
        )
        for pk in [*after, *(before.keys() - after.keys())]:
            title = titles.get(pk, "A book that is no longer listed")
            if pk not in before:
                yield f"{title} was added to your basket."
            elif pk not in after:
                yield f"{title} is no longer in your basket."
            else:
                yield from _about_line(title, before[pk], after[pk])

    def _about_shipping(self, now: Self) -> Iterator[str]:
        was, costs = _price(self.shipping_price), _price(now.shipping_price)
        if self.shipping_code and not now.shipping_code:
            yield "The parcel cannot go this way any more."
        elif now.shipping_code != self.shipping_code:
            yield f"The way of shipping has changed; it costs {costs} (it was {was})."
        elif now.shipping_price != self.shipping_price:
            yield f"Shipping now costs {costs} (it was {was})."


def new_notices(shown: Shown, notices: Iterable[Notice]) -> list[str]:
    """Return what has been said about the parcel since a page was shown."""
    return [notice.message for notice in notices if Told.of(notice) not in shown.notices]


def destination(*, email: str, address: Any) -> str:
    """Return a short mark of where mail and parcel go, the same for the same places."""
    fields = ["last_name", "first_name", "line1", "line2", "line3", "line4", "state"]
    fields += ["postcode", "country_id", "phone_number"]
    parts = [str(getattr(address, field) or "") for field in fields] if address else []
    return salted_hmac(SALT, "\n".join([email, *parts])).hexdigest()


def _about_line(
    title: str, before: tuple[int, Decimal], after: tuple[int, Decimal]
) -> Iterator[str]:
    if after[1] != before[1]:
        yield f"{title} now costs {_price(after[1])} (it was {_price(before[1])})."
    if after[0] != before[0]:
        yield f"The number of copies of {title} is now {after[0]} (it was {before[0]})."


def _by_product(shown: Shown) -> dict[int, tuple[int, Decimal]]:
    found: dict[int, tuple[int, Decimal]] = {}
    for pk, quantity, unit in shown.lines:
        found[pk] = (found[pk][0] + quantity if pk in found else quantity, unit)
    return found


def _price(amount: Decimal) -> str:
    return in_words(amount, settings.SHOP_CURRENCY)
