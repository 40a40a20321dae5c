"""Write an edition with its price and stock."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from oscar.core.loading import get_model

from catalog.models import Product
from catalog.onix import blocks
from catalog.onix.codes import Status
from catalog.onix.record import Record
from catalog.onix.rows import set_changed
from catalog.onix.slugs import free_slug
from catalog.onix.subjects import Shelves
from catalog.onix.updates import status_now
from catalog.pricing import stock
from catalog.pricing.models import StockRecord

Partner = get_model("partner", "Partner")
SELLABLE = {Status.ON_SALE.value, Status.REPRINTING.value}


@dataclass(frozen=True)
class Stockroom:
    """Where prices and stock are kept, and by which rules."""

    partner_id: int
    currency: str
    keeps_stock: bool
    """Whether the stock of editions already in the catalogue is left as it is."""


def stockroom(*, shop: str, currency: str, keeps_stock: bool) -> Stockroom:
    """Return the shop's own stockroom; Oscar calls it a partner."""
    partner = Partner.objects.filter(name=shop).order_by("pk").first()
    partner = partner or Partner.objects.create(name=shop)
    return Stockroom(partner.pk, currency, keeps_stock)


def write_edition(
    edition: Product | None,
    record: Record,
    *,
    work: Product,
    shelves: Shelves,
    taken_slugs: set[str],
) -> tuple[Product, list[str]]:
    """Return the edition as the record describes it, and the names of changed fields.

    Its address never changes. A hidden edition is shown again only if it was
    withdrawn and is now sold.
    """
    values = _values(edition, record, work, shelves)
    if edition is None:
        edition = Product(structure="child", upc=record.isbn, **values)
        edition.slug = free_slug(record.publication_type, taken=taken_slugs.__contains__)
        edition.save()
        return edition, ["upc"]
    _keep_what_was_sold(edition, record, values)
    was_withdrawn = edition.status == Status.WITHDRAWN and not edition.is_public
    if was_withdrawn and values["status"] != Status.WITHDRAWN:
        values["is_public"] = True
    changed = set_changed(edition, values)
    if changed:
        edition.save(update_fields=[*changed, "date_updated"])
    return edition, changed


def _keep_what_was_sold(edition: Product, record: Record, values: dict[str, object]) -> None:
    """Leave an edition paper, or a file, if readers bought it as that: orders wait for it."""
    new = values.get("publication_type", edition.publication_type)
    if (new in Product.DIGITAL) != edition.is_digital and stock.sold([edition.pk]):
        values["publication_type"] = edition.publication_type
        kind = edition.get_publication_type_display()
        record.notes.remark(f"another form, but readers bought it as {kind}: left as it is")


def _values(
    edition: Product | None, record: Record, work: Product, shelves: Shelves
) -> dict[str, object]:
    """Return what the record says about its edition, by field, block by block."""
    values: dict[str, object] = {
        "parent_id": work.pk,
        "title": work.title,
        "sort_title": work.sort_title,
        "status": record.supply.status if edition is None else status_now(edition, record),
    }
    if record.has(blocks.DESCRIPTIVE):
        values |= {
            "publication_type": record.publication_type,
            "language": record.language,
            "pages": record.pages,
            **dict.fromkeys(["weight_g", "height_mm", "width_mm", "thickness_mm"]),
            **record.measures,
            "protection": record.protection,
            "accessibility": record.accessibility,
        }
    if record.has(blocks.PUBLISHING):
        values["imprint_id"] = shelves.imprint(record.imprint)
        values["published_on"] = record.published_on
        # A silent record lets nothing out before its time that staff held back.
        if record.embargoed_until:
            values["embargoed_until"] = record.embargoed_until
        if record.announced_at:
            values["announced_at"] = record.announced_at
    return values


def withdraw(edition: Product) -> bool:
    """Take an edition off sale and out of sight, keeping its row; return if that is new."""
    changed = set_changed(edition, {"status": Status.WITHDRAWN.value, "is_public": False})
    if changed:
        edition.save(update_fields=[*changed, "date_updated"])
    return bool(changed)


def write_stock(
    edition: Product, record: Record, room: Stockroom, *, is_new: bool
) -> tuple[bool, list[str]]:
    """Write price and stock; return whether anything changed, and what is to be told.

    The copies in the house never fall below those promised to orders: one guarded
    statement decides it, and the figure is told instead. A message without a figure
    leaves a known edition's stock alone; a new one starts with no copies.
    """
    if not record.has(blocks.SUPPLY) or not record.supply.is_told:
        return False, []
    existing = None if is_new else next(iter(edition.stockrecords.all()), None)
    on_hand = None if edition.is_digital else record.supply.on_hand
    if existing is None:
        remarks = []
        if on_hand is None and not edition.is_digital:
            on_hand = 0
            if record.supply.status in SELLABLE:
                remarks.append("no stock figure: starts with 0 copies")
        StockRecord.objects.create(
            product=edition,
            partner_id=room.partner_id,
            partner_sku=record.isbn,
            price_currency=room.currency,
            price=record.supply.price,
            num_in_stock=on_hand,
        )
        return True, remarks
    is_changed = _write_price(existing, record.supply.price, room.currency)
    if on_hand is None or on_hand == existing.num_in_stock or room.keeps_stock:
        return is_changed, []
    if _write_copies(existing, on_hand):
        return True, []
    promised = StockRecord.objects.values_list("num_allocated", flat=True).get(pk=existing.pk)
    return is_changed, [
        f"stock {on_hand} is below the {promised} copies promised to orders: "
        f"left at {existing.num_in_stock}"
    ]


def _write_price(existing: StockRecord, price: Decimal | None, currency: str) -> bool:
    if existing.price == price and existing.price_currency == currency:
        return False
    # Never save(): it would write back counts that an order changed meanwhile.
    StockRecord.objects.filter(pk=existing.pk).update(
        price=price, price_currency=currency, date_updated=timezone.now()
    )
    return True


def _write_copies(existing: StockRecord, on_hand: int) -> bool:
    records = StockRecord.objects.annotate(promised=Coalesce(F("num_allocated"), Value(0)))
    updated = records.filter(pk=existing.pk, promised__lte=on_hand).update(
        num_in_stock=on_hand, date_updated=timezone.now()
    )
    return bool(updated)
