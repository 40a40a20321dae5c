"""Books for tests: small factories with a name for everything that matters."""

from decimal import Decimal
from itertools import count

from oscar.core.loading import get_model

from catalog.isbn import clean_isbn
from catalog.models import Contribution, Contributor, Product
from catalog.pricing.models import StockRecord

_serial = count(1)


def make_contributor(name="Leon Trotsky", **fields):
    serial = next(_serial)
    return Contributor.objects.create(
        name=name, sort_name=name, slug=f"contributor-{serial}", **fields
    )


def make_work(title="My Life", *, author=None, **fields):
    work = Product.objects.create(
        structure="parent", title=title, slug=f"work-{next(_serial)}", **fields
    )
    if author:
        person = author if isinstance(author, Contributor) else make_contributor(author)
        Contribution.objects.create(work=work, contributor=person)
    return work


def make_edition(
    work=None,
    *,
    title="My Life",
    type="paperback",  # noqa: A002
    price="24.95",
    copies=10,
    **fields,
):
    """Make an edition with a stock record; `price=None` makes one without a price."""
    work = work or make_work(title)
    serial = next(_serial)
    edition = Product.objects.create(
        structure="child",
        parent=work,
        title=work.title,
        slug=f"edition-{serial}",
        upc=make_isbn(serial),
        publication_type=type,
        **fields,
    )
    partner, _ = get_model("partner", "Partner").objects.get_or_create(name="The shop")
    StockRecord.objects.create(
        product=edition,
        partner=partner,
        partner_sku=edition.upc,
        price=None if price is None else Decimal(price),
        num_in_stock=None if edition.is_digital else copies,
    )
    return edition


def make_isbn(serial):
    """Return a valid ISBN-13 for a number."""
    twelve = f"978{serial:09}"
    total = sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(twelve))
    return clean_isbn(f"{twelve}{-total % 10}")


def stock_of(edition):
    return StockRecord.objects.get(product=edition)
