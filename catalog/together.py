"""Choose the other books that a page puts beside its own: Frequently Bought Together.

Staff's picks come first, then the works that most readers bought too. This module knows
what can be bought; whoever knows the reader leaves out what is of no use to them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from catalog.covers import Cover, cover_of
from catalog.models import Product, WorkPair
from catalog.pricing import offers
from catalog.pricing.offers import Offer

SHOWN = 3
MOST_CANDIDATES = 12
PICKED = "Our recommendation"


@dataclass(frozen=True)
class Companion:
    """A book beside this one: the edition offered, and why it is shown."""

    work: Product
    cover: Cover
    offer: Offer
    reason: str = ""

    @property
    def downloads(self) -> "Companion | None":
        """The same book as a download, if one can be bought."""
        for choice in offers.offers(self.work):
            if choice.edition.is_digital and choice.can_be_bought:
                return replace(self, offer=choice)
        return None


@dataclass(frozen=True)
class Together:
    """This book and the others beside it."""

    books: Sequence[Companion]

    @property
    def total(self) -> Decimal:
        """The price of all of them: each at its own, none is cheaper for the company."""
        return sum((book.offer.price or Decimal(0) for book in self.books), Decimal(0))


def candidates(*, work_id: int) -> dict[int, str]:
    """Return the works that may stand beside this one with the reason, best first.

    Two queries. Nothing is said yet about whether they can be bought.
    """
    picks = Product.objects.works().filter(productrecommendation__primary=work_id)
    ranked = picks.order_by("-productrecommendation__ranking", "pk")
    found = dict.fromkeys(ranked.values_list("pk", flat=True)[:MOST_CANDIDATES], PICKED)
    pairs = WorkPair.objects.filter(work=work_id, other__in=Product.objects.works())
    for other, readers in pairs.order_by("-readers", "other").values_list("other", "readers")[
        :MOST_CANDIDATES
    ]:
        found.setdefault(other, f"{readers} readers bought both")
    return found


def companions(
    *, chosen: Offer, works: Mapping[int, Product], reasons: Mapping[int, str]
) -> list[Companion]:
    """Return the candidates that can be bought now, in a form like the chosen edition's."""
    found = []
    for pk, reason in reasons.items():
        work = works.get(pk)
        offer = offers.alike(offers.offers(work), to=chosen.edition) if work else None
        if work and offer:
            found.append(Companion(work, cover_of(work), offer, reason))
    return found


def choose(
    *,
    this: Companion,
    others: Iterable[Companion],
    is_unwanted: Callable[[Companion], bool] = lambda companion: False,
    fitting: Callable[[Companion], Companion | None] = lambda companion: companion,
) -> Together | None:
    """Return this book with the first three others, or nothing if there are none.

    `is_unwanted` says what the reader has already; `fitting` returns a companion in a form
    that reaches the reader, or None.
    """
    if not this.offer.can_be_bought or fitting(this) != this:
        return None
    wanted = (each for each in others if not is_unwanted(each))
    found = [fit for each in wanted if (fit := fitting(each))][:SHOWN]
    return Together([this, *found]) if found else None
