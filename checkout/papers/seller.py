"""Who sells: the name and address at the head of every paper."""

from dataclasses import dataclass
from typing import Self

from django.conf import settings


@dataclass(frozen=True)
class Seller:
    """The shop as its papers name it; `country` is ISO 3166-1 alpha-2."""

    name: str
    address: tuple[str, ...]
    email: str
    website: str
    country: str
    tax_number: str = ""

    @classmethod
    def of_settings(cls) -> Self:
        """Return the shop that the settings describe."""
        return cls(
            name=settings.SHOP_NAME,
            address=tuple(settings.SHOP_ADDRESS),
            email=settings.SHOP_EMAIL,
            website=settings.SITE_URL.partition("://")[2],
            country=settings.SHOP_COUNTRY,
            tax_number=settings.SHOP_TAX_NUMBER,
        )
