"""What is new, for feed readers (Atom, RFC 4287)."""

import mimetypes
import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urljoin
from xml.sax.xmlreader import AttributesImpl

from django.conf import settings
from django.db.models import Max, Q
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed, get_tag_uri
from django.utils.html import format_html
from django.utils.xmlutils import SimplerXMLGenerator

from catalog.models import Contributor, Product
from catalog.querysets import BookQuerySet

MOST = 50
NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


class BookFeed(Atom1Feed):
    """Entries with their people and, where there is a picture, the cover."""

    def latest_post_date(self) -> datetime:
        """Return the date of the newest entry; a fixed one while there is none."""
        dates = [item["updateddate"] for item in self.items]
        return max(dates, default=datetime(2000, 1, 1, tzinfo=timezone.get_default_timezone()))

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        """Add what Django's entries do not have: several people, a file without a length."""
        super().add_item_elements(handler, item)
        for element, person in item["people"]:
            handler.startElement(element, AttributesImpl({}))
            handler.addQuickElement("name", _printable(person.name))
            handler.addQuickElement("uri", _absolute(person.get_absolute_url()))
            handler.endElement(element)
        if item["cover"]:
            handler.addQuickElement("link", "", {"rel": "enclosure", **item["cover"]})


def of_new_books(*, today: date) -> str:
    """Return the feed of all books, the newest first; three queries."""
    return _feed(
        Product.objects.works(),
        title=f"New books from {settings.SHOP_NAME}",
        page=reverse("catalog:listing"),
        address=reverse("catalog:feed"),
        today=today,
    )


def of_contributor(person: Contributor, *, today: date) -> str:
    """Return the feed of the books that a person had a part in; three queries."""
    return _feed(
        Product.objects.works().filter(pk__in=person.contributions.values("work")),
        title=f"Books by {person.name} | {settings.SHOP_NAME}",
        page=person.get_absolute_url(),
        address=reverse("catalog:contributor_feed", args=[person.slug]),
        today=today,
    )


def _feed(works: BookQuerySet, *, title: str, page: str, address: str, today: date) -> str:
    feed = BookFeed(
        title=_printable(title),
        link=_absolute(page),
        description=None,
        feed_url=_absolute(address),
        feed_guid=_absolute(address),
        author_name=settings.SHOP_NAME,
        author_link=f"{settings.SITE_URL}/",
        language="en",
    )
    for work in _newest(works, today=today):
        feed.add_item(**_entry(work))
    return feed.writeString("utf-8")


def _newest(works: BookQuerySet, *, today: date) -> BookQuerySet:
    """Return the works by the day the last edition came out, or they were announced."""
    is_out = Q(children__published_on__lte=today, children__is_public=True)
    dated = works.annotate(out_on=Max("children__published_on", filter=is_out))
    news_on = Coalesce("out_on", TruncDate("date_created"))
    return dated.for_feed().order_by(news_on.desc(), "-pk")[:MOST]


def _entry(work: Any) -> dict[str, Any]:
    announced = work.date_created
    out = timezone.make_aware(datetime.combine(work.out_on, time())) if work.out_on else None
    by = format_html("<p>{}</p>", work.byline) if work.byline else ""
    return {
        "title": _printable(work.title),
        "link": _absolute(work.get_absolute_url()),
        # The same for good: the last part of the address may change, this number does not.
        "unique_id": get_tag_uri(_absolute(f"/books/{work.pk}"), announced),
        "description": _printable(by + (work.short_description or work.description)),
        "pubdate": min(announced, out or announced),
        "updateddate": out or announced,
        "people": _people(work),
        "cover": _enclosure(work),
    }


def _people(work: Product) -> list[tuple[str, Contributor]]:
    """Return each person once, with the element that Atom has for what they did."""
    authors = {part.contributor for part in work.authors}
    people = dict.fromkeys(part.contributor for part in work.contributions.all())
    return [("author" if person in authors else "contributor", person) for person in people]


def _enclosure(work: Product) -> Mapping[str, str]:
    """Return the uploaded cover; a drawn one says no more than the title does."""
    for image in work.images.all():
        kind, _ = mimetypes.guess_type(image.original.name)
        if kind:
            return {"href": _absolute(image.original.url), "type": kind}
    return {}


def _absolute(path: str) -> str:
    return urljoin(settings.SITE_URL, path)


def _printable(text: str) -> str:
    """Return the text without what XML 1.0 cannot hold."""
    return NOT_IN_XML.sub("", text)
