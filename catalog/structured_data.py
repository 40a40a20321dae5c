"""What search engines read of a book page (schema.org, as JSON-LD)."""

import json
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from catalog import html
from catalog.book_page import BookPage
from catalog.models import Product

Type = Product.PublicationType
FORMATS = {
    Type.HARDCOVER: "https://schema.org/Hardcover",
    Type.PAPERBACK: "https://schema.org/Paperback",
    Type.PAMPHLET: "https://schema.org/Paperback",
    Type.EPUB: "https://schema.org/EBook",
    Type.PDF: "https://schema.org/EBook",
    Type.AUDIO: "https://schema.org/AudiobookFormat",
}
# In a script element these letters could end it or begin a comment.
ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def of_book(page: BookPage) -> SafeString:
    """Return the JSON-LD of a book page: one `Offer` for the edition it shows."""
    edition, work = page.chosen.edition, page.work
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": ["Product", "Book"],
        "name": work.title,
        "alternativeHeadline": work.subtitle,
        "url": _absolute(edition.get_absolute_url()),
        "image": _absolute(page.cover.url),
        "description": html.plain(work.short_description or work.description),
        "isbn": edition.upc,
        "gtin13": edition.upc,
        "bookFormat": FORMATS[Type(edition.publication_type)],
        "numberOfPages": edition.pages,
        "inLanguage": edition.language,
        "datePublished": edition.published_on and edition.published_on.isoformat(),
        "author": [
            {
                "@type": "Person",
                "name": part.contributor.name,
                "url": _absolute(part.contributor.get_absolute_url()),
            }
            for part in work.authors
        ],
        "publisher": {"@type": "Organization", "name": settings.SHOP_NAME},
        "workExample": [
            {
                "@type": "Book",
                "isbn": one.edition.upc,
                "bookFormat": FORMATS[Type(one.edition.publication_type)],
                "url": _absolute(one.edition.get_absolute_url()),
            }
            for one in page.offers
            if one.edition != edition
        ],
    }
    if page.chosen.price:
        data["offers"] = {
            "@type": "Offer",
            "price": str(page.chosen.price),
            "priceCurrency": page.chosen.currency,
            "availability": page.chosen.availability.schema,
            "url": data["url"],
        }
    known = {key: value for key, value in data.items() if value}
    return mark_safe(json.dumps(known, ensure_ascii=False).translate(ESCAPES))  # noqa: S308


def _absolute(path: str) -> str:
    return path if path.startswith("http") else f"{settings.SITE_URL}{path}"
