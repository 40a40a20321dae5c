"""The texts about a work, and its cover."""

from django.conf import settings

from catalog.models import Product
from catalog.onix.export.elements import Element, part
from catalog.onix.export.texts import address, marked_up, plain
from catalog.onix.titles import CONTENTS, LONG, REVIEW, SHORT

EVERYBODY = "00"  # list 154
FRONT_COVER, IMAGE, FILE = "01", "03", "02"  # lists 158, 159 and 161


def collateral_detail(work: Product) -> Element | None:
    """Return the texts for readers and where the cover is, or nothing if there are none."""
    texts = [
        (SHORT, work.short_description),
        (LONG, work.description),
        (CONTENTS, work.table_of_contents),
    ]
    quote = plain("Text", work.pull_quote)
    author = part("TextAuthor", work.pull_quote_source)
    return part(
        "CollateralDetail",
        *(_text(kind, marked_up("Text", text)) for kind, text in texts),
        _text(REVIEW, quote, author),
        _cover(work),
    )


def _text(kind: str, text: Element | None, author: Element | None = None) -> Element | None:
    if text is None:
        return None
    audience = part("ContentAudience", EVERYBODY)
    return part("TextContent", part("TextType", kind), audience, text, author)


def _cover(work: Product) -> Element | None:
    """Return the link to the first picture; drawn covers are the shop's own affair."""
    image = next(iter(work.images.all()), None)
    link = image and address("ResourceLink", f"{settings.SITE_URL}{image.original.url}")
    if link is None:
        return None
    return part(
        "SupportingResource",
        part("ResourceContentType", FRONT_COVER),
        part("ContentAudience", EVERYBODY),
        part("ResourceMode", IMAGE),
        part("ResourceVersion", part("ResourceForm", FILE), link),
    )
