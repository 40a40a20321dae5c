"""What a reader narrows a search by; anything that is no filter is left out."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.http import QueryDict

from bookstore.money import in_words
from catalog.languages import language_name, languages
from catalog.models import Category, Contributor, Imprint, Product, Series
from catalog.search.matching import PAYABLE, Matching

Type = Product.PublicationType
KINDS = ("type", "available", "language", "price", "year", "subject", "author")
PRICES = ("0-10", "10-20", "20-30", "30-")
FIRST_YEAR, LAST_YEAR = 1400, 2999
MOST_OF_A_KIND = 10
LONGEST_SLUG = 255

OFFERED = (
    "EXISTS (SELECT FROM partner_stockrecord stock WHERE stock.product_id = {edition}.id "
    f"AND {PAYABLE.replace('{stock}', 'stock')}"
)


@dataclass(frozen=True)
class Choice:
    """One choice of a reader's: `language` `eng`, in words `English`."""

    name: str
    value: str
    label: str


@dataclass
class Filters:
    """All choices that hold, with the works that they leave."""

    choices: list[Choice] = field(default_factory=list)
    work: dict[str, str] = field(default_factory=dict)
    edition: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)

    def matching(self, texts: tuple[str, ...]) -> Matching:
        """Return the works that have these words and meet all choices."""
        return Matching(texts, self.work, self.edition, self.values)

    def chosen(self, name: str) -> list[str]:
        """Return what is chosen of a kind."""
        return [choice.value for choice in self.choices if choice.name == name]


def read(asked: QueryDict) -> Filters:
    """Return the filters of an address; only a subject or an author asks the database."""
    filters = Filters()
    for read_one in (_types, _available, _languages, _price, _years, _subject, _author):
        read_one(filters, asked)
    return filters


def label(name: str, value: str) -> str:
    """Return a choice in words, for all that are not named in the database."""
    if name == "type":
        return str(Type(value).label)
    if name == "language":
        return language_name(value)
    if name == "price":
        return _price_label(value)
    return "Can be bought now" if name == "available" else value


def _price_label(price: str) -> str:
    lowest, _, below = price.partition("-")
    start = in_words(Decimal(lowest), settings.SHOP_CURRENCY)
    end = in_words(Decimal(below or 0), settings.SHOP_CURRENCY)
    if not below:
        return f"{start} and more"
    return f"{start} to {end}" if int(lowest) else f"Under {end}"


def _types(filters: Filters, asked: QueryDict) -> None:
    types = [one for one in _several(asked, "type") if one in Type.values]
    if types:
        filters.choices += [Choice("type", one, label("type", one)) for one in types]
        filters.edition["type"] = "{edition}.publication_type = ANY(%(types)s)"
        filters.values["types"] = types


def _available(filters: Filters, asked: QueryDict) -> None:
    if asked.get("available") == "1":
        filters.choices.append(Choice("available", "1", label("available", "1")))
        filters.edition["available"] = f"{OFFERED})"


def _languages(filters: Filters, asked: QueryDict) -> None:
    known = dict(languages())
    chosen = [one for one in _several(asked, "language") if one in known]
    if chosen:
        filters.choices += [Choice("language", one, label("language", one)) for one in chosen]
        filters.edition["language"] = "{edition}.language = ANY(%(languages)s)"
        filters.values["languages"] = chosen


def _price(filters: Filters, asked: QueryDict) -> None:
    price = asked.get("price", "")
    if price in PRICES:
        lowest, _, below = price.partition("-")
        upper = f" AND stock.price < {int(below)}" if below else ""
        filters.choices.append(Choice("price", price, label("price", price)))
        filters.edition["price"] = f"{OFFERED} AND stock.price >= {int(lowest)}{upper})"


def _years(filters: Filters, asked: QueryDict) -> None:
    year = asked.get("year", "")
    found = re.fullmatch(r"([0-9]{4})(s?)", year)
    if not found or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        return
    first = int(found[1]) - (int(found[1]) % 10 if found[2] else 0)
    last = first + 9 if found[2] else first
    written = f"{first}s" if found[2] else str(first)
    filters.choices.append(Choice("year", written, f"Published {written}"))
    filters.edition["year"] = (
        f"{{edition}}.published_on BETWEEN '{first}-01-01' AND '{last}-12-31'"
    )


def _subject(filters: Filters, asked: QueryDict) -> None:
    slug = asked.get("subject", "")
    if not _may_be_slug(slug):
        return
    subject = Category.objects.filter(slug=slug, is_public=True).first()
    if subject:
        filters.choices.append(Choice("subject", slug, subject.name))
        under_subject(filters, subject)


def _author(filters: Filters, asked: QueryDict) -> None:
    slug = asked.get("author", "")
    if not _may_be_slug(slug):
        return
    person = Contributor.objects.filter(slug=slug).first()
    if person:
        filters.choices.append(Choice("author", slug, person.name))
        with_part_of(filters, person)


def under_subject(filters: Filters, subject: Category) -> None:
    """Leave the works filed under a subject or one below it."""
    filters.work["subject"] = (
        "work.id IN (SELECT link.product_id FROM catalogue_productcategory link "
        "JOIN catalogue_category below ON below.id = link.category_id "
        "WHERE below.path >= %(subject)s AND below.path < %(subject)s || '~')"
    )
    filters.values["subject"] = subject.path


def with_part_of(filters: Filters, person: Contributor) -> None:
    """Leave the works that a person had a part in."""
    filters.work["author"] = (
        "work.id IN (SELECT part.work_id FROM catalogue_contribution part "
        "WHERE part.contributor_id = %(person)s)"
    )
    filters.values["person"] = person.pk


def in_series(filters: Filters, series: Series) -> None:
    """Leave the works of a series."""
    filters.work["series"] = "work.series_id = %(series)s"
    filters.values["series"] = series.pk


def of_imprint(filters: Filters, imprint: Imprint) -> None:
    """Leave the works with an edition under an imprint."""
    filters.edition["imprint"] = "{edition}.imprint_id = %(imprint)s"
    filters.values["imprint"] = imprint.pk


def _several(asked: QueryDict, name: str) -> list[str]:
    return list(dict.fromkeys(asked.getlist(name)))[:MOST_OF_A_KIND]


def _may_be_slug(text: str) -> bool:
    return bool(re.fullmatch(r"[-a-zA-Z0-9_]+", text)) and len(text) <= LONGEST_SLUG
