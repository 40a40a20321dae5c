"""The numbers and names by which a message knows editions and works."""

from typing import Final

from django.conf import settings
from django.utils.text import slugify

from catalog.models import Product
from catalog.onix.export.elements import Element, part

PROPRIETARY, ISBN = "01", "15"  # lists 5 and 16
WORK_ID_TYPES: Final = {"02", "06", "11", "15", "18", "19", "31", "32", "33", "39"}  # list 16


def record_reference(edition: Product, work: Product) -> str:
    """Return what names the edition's record in every message of this shop."""
    prefix = slugify(settings.SHOP_NAME, allow_unicode=True) or "shop"
    return f"{prefix}.{edition.upc or own_number(edition, work)}"


def own_number(edition: Product, work: Product) -> str:
    """Return the address of an edition, which stands for the ISBN it does not have."""
    return f"{work.slug}/{edition.slug}"


def product_identifier(edition: Product, work: Product) -> Element | None:
    """Return the ISBN, or the shop's own number of an edition without one."""
    if edition.upc:
        kinds = [part("ProductIDType", ISBN), part("IDValue", edition.upc)]
    else:
        kinds = [
            part("ProductIDType", PROPRIETARY),
            part("IDTypeName", settings.SHOP_NAME),
            part("IDValue", own_number(edition, work)),
        ]
    return part("ProductIdentifier", *kinds)


def work_identifier(work: Product) -> Element | None:
    """Return the identifier that the work came with, else its address in this shop."""
    scheme, _, value = (work.code or f"{settings.SHOP_NAME}:{work.slug}").partition(":")
    if scheme in WORK_ID_TYPES:
        return part("WorkIdentifier", part("WorkIDType", scheme), part("IDValue", value))
    return part(
        "WorkIdentifier",
        part("WorkIDType", PROPRIETARY),
        part("IDTypeName", scheme),
        part("IDValue", value),
    )
