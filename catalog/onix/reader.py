"""Read a product record into what the shop keeps of it, noting what it does not."""

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from lxml import etree

from catalog.isbn import clean_isbn
from catalog.onix import blocks, code_lists, codes
from catalog.onix.composite import Composite
from catalog.onix.features import read_accessibility, read_protection
from catalog.onix.market import Defaults, Market
from catalog.onix.people import read_names_as_subjects, read_people
from catalog.onix.publishing import read_publishing_dates
from catalog.onix.record import (
    BadRecord,
    Deletion,
    Notes,
    Record,
    Relations,
    WorkKey,
    first_filled,
)
from catalog.onix.resources import read_covers
from catalog.onix.supply import read_supply
from catalog.onix.titles import read_series, read_subjects, read_texts, read_title

TEXT, ORIGINAL = "01", "02"  # list 22
PUBLISHER = "01"  # list 45
LARGEST = 10**6
LONGEST_IMPRINT = 255
LANGUAGE = re.compile("[a-z]{3}")
GTIN_IS_ISBN = ("978", "979")
# What is read of a record; the rest of its direct parts is counted as not kept.
KEPT = {
    "": {
        *("RecordReference", "NotificationType", "ProductIdentifier", "DescriptiveDetail"),
        *("CollateralDetail", "PublishingDetail", "RelatedMaterial", "ProductSupply"),
    },
    "DescriptiveDetail": {
        *("ProductComposition", "ProductForm", "ProductFormDetail", "Measure", "Collection"),
        *("ProductFormFeature", "EpubTechnicalProtection"),
        *("NoCollection", "TitleDetail", "Contributor", "NoContributor", "NoEdition"),
        *("Language", "Extent", "Subject", "NameAsSubject"),
    },
    "CollateralDetail": {"TextContent", "SupportingResource"},
    "PublishingDetail": {"Imprint", "Publisher", "PublishingStatus", "PublishingDate"},
    "RelatedMaterial": {"RelatedWork", "RelatedProduct"},
}


def read_record(product: Composite, *, market: Market, defaults: Defaults) -> Record | Deletion:
    """Return what a record says, or that it takes one back.

    :raises BadRecord: with the reason, if it cannot be loaded.
    """
    reference = product.text("RecordReference")
    notification = product.text("NotificationType")
    if notification not in {*codes.FULL_RECORDS, codes.UPDATE, codes.DELETION}:
        what = codes.OTHER_NOTIFICATIONS.get(notification, "not in list 1")
        message = f"notification type {notification or 'missing'}: {what}, not loaded"
        raise BadRecord(message, product.line)
    isbn = read_isbn(product)
    if notification == codes.DELETION:
        return Deletion(reference, product.line, isbn)
    if next(product.element.iter(etree.Entity), None) is not None:
        message = "uses a character entity that the file does not define"
        raise BadRecord(message, product.line)
    return _edition(product, isbn, market, defaults)


def read_isbn(product: Composite) -> str:
    """Return the edition's ISBN-13: its type 15, or else its GTIN-13, or its ISBN-10.

    :raises BadRecord: if there is none, or its check digit is wrong.
    """
    found = {i.text("ProductIDType"): i for i in reversed(product.all("ProductIdentifier"))}
    for kind in codes.ISBN_TYPES:
        value = found[kind].text("IDValue") if kind in found else ""
        if not value or (kind == "03" and not value.startswith(GTIN_IS_ISBN)):
            continue
        try:
            return clean_isbn(value)
        except ValidationError as error:
            raise BadRecord(error.messages[0].rstrip("."), found[kind].line) from error
    message = "no ISBN"
    raise BadRecord(message, product.line)


def read_relations(product: Composite) -> Relations:
    """Return the editions and works that a record relates to, by their identifiers."""
    same_work: set[str] = set()
    recommended: dict[str, None] = {}
    for related in product.path("RelatedMaterial", "RelatedProduct"):
        relations = set(related.texts("ProductRelationCode"))
        try:
            isbn = read_isbn(related)
        except BadRecord:
            continue
        if relations & codes.SAME_WORK:
            same_work.add(isbn)
        if codes.SIMILAR in relations:
            recommended[isbn] = None
    work_keys: list[WorkKey] = []
    for related in product.path("RelatedMaterial", "RelatedWork"):
        if related.text("WorkRelationCode") == codes.MANIFESTATION:
            work_keys += [
                (i.text("WorkIDType"), i.text("IDTypeName"), i.text("IDValue"))
                for i in related.all("WorkIdentifier")
                if i.text("IDValue")
            ]
    return Relations(frozenset(same_work), tuple(work_keys), tuple(recommended))


def _edition(product: Composite, isbn: str, market: Market, defaults: Defaults) -> Record:
    notes = Notes()
    _note_unused(product, notes)
    is_update = product.text("NotificationType") == codes.UPDATE
    descriptive = next(iter(product.all(blocks.DESCRIPTIVE)), None)
    if descriptive is None and not is_update:
        message = "no title: the record has no DescriptiveDetail"
        raise BadRecord(message, product.line)
    described = {} if descriptive is None else _described(descriptive, defaults, notes)
    dates = read_publishing_dates(product, notes)
    record = Record(
        reference=product.text("RecordReference"),
        line=product.line,
        isbn=isbn,
        is_update=is_update,
        blocks=blocks.ALL.intersection(product.names) if is_update else blocks.ALL,
        **described,
        texts=read_texts(product, notes),
        covers=read_covers(product),
        imprint=_imprint(product),
        published_on=dates.published_on,
        first_published=dates.first_published,
        embargoed_until=dates.embargoed_until,
        announced_at=dates.announced_at,
        supply=read_supply(
            product,
            market=market,
            defaults=defaults,
            published_on=dates.published_on,
            notes=notes,
        ),
        relations=read_relations(product),
        notes=notes,
    )
    for fault in code_lists.faults(product.element):
        notes.remark(fault)
    return record


def _described(descriptive: Composite, defaults: Defaults, notes: Notes) -> dict[str, Any]:
    """Return the fields of a record that its first block tells of."""
    title, sorted_by, subtitle = read_title(descriptive)
    series, series_number = read_series(descriptive, notes)
    return {
        "publication_type": _publication_type(descriptive),
        "title": title,
        "sort_title": sorted_by,
        "subtitle": subtitle,
        "people": read_people(descriptive, notes),
        "about": read_names_as_subjects(descriptive, notes),
        "series": series,
        "series_number": series_number,
        "language": _language(descriptive, TEXT, notes) or defaults.language,
        "original_language": _language(descriptive, ORIGINAL, notes),
        "pages": _pages(descriptive, notes),
        "measures": _measures(descriptive, notes),
        "protection": read_protection(descriptive, notes),
        "accessibility": read_accessibility(descriptive, notes),
        "subjects": read_subjects(descriptive, notes),
    }


def _note_unused(product: Composite, notes: Notes) -> None:
    for block, kept in KEPT.items():
        for composite in product.all(block) if block else [product]:
            for name in set(composite.names) - kept:
                notes.ignore(name, "not kept")
    for related in product.path("RelatedMaterial", "RelatedProduct"):
        for code in related.texts("ProductRelationCode"):
            if code not in {*codes.SAME_WORK, codes.SIMILAR}:
                notes.ignore("RelatedProduct", f"relation {code}")
    for related in product.path("RelatedMaterial", "RelatedWork"):
        if related.text("WorkRelationCode") != codes.MANIFESTATION:
            notes.ignore("RelatedWork", f"relation {related.text('WorkRelationCode')}")


def _publication_type(descriptive: Composite) -> str:
    form = descriptive.text("ProductForm")
    details = descriptive.texts("ProductFormDetail")
    if form in codes.FORMS:
        return codes.FORMS[form]
    known = codes.DOWNLOAD_DETAILS if form in codes.DOWNLOADS else {}
    known = codes.BOOK_DETAILS if form == codes.UNSPECIFIED_BOOK else known
    found = [kind for code, kind in known.items() if code in details]
    if found:
        return found[0]
    told = " with ".join(filter(None, [form or "missing", ", ".join(details)]))
    message = f"form {told} is not sold here"
    raise BadRecord(message, descriptive.line)


def _language(descriptive: Composite, role: str, notes: Notes) -> str:
    found = []
    for language in descriptive.all("Language"):
        told, code = language.text("LanguageRole"), language.text("LanguageCode")
        if told == role and LANGUAGE.fullmatch(code):
            found.append(code)
        elif told not in {TEXT, ORIGINAL} or told == role:
            notes.ignore("Language", f"role {told}, {code}")
    if len(found) > 1:
        notes.ignore("Language", f"role {role}, only the first is kept")
    return found[0] if found else ""


def _pages(descriptive: Composite, notes: Notes) -> int | None:
    found: dict[str, int] = {}
    for extent in descriptive.all("Extent"):
        kind, unit = extent.text("ExtentType"), extent.text("ExtentUnit")
        value = extent.text("ExtentValue")
        fits = kind in codes.PAGE_COUNTS and unit == codes.PAGES and value.isdecimal()
        if fits and 0 < int(value) < LARGEST:
            found.setdefault(kind, int(value))
        else:
            notes.ignore("Extent", f"type {kind}, unit {unit}")
    chosen = next((kind for kind in codes.PAGE_COUNTS if kind in found), "")
    for kind in found:
        if kind != chosen:
            notes.ignore("Extent", f"type {kind}, another type is preferred")
    return found.get(chosen)


def _measures(descriptive: Composite, notes: Notes) -> dict[str, int]:
    """Return whole grams and millimetres, halves rounded up, by field."""
    found: dict[str, int] = {}
    for measure in descriptive.all("Measure"):
        kind, unit = measure.text("MeasureType"), measure.text("MeasureUnitCode")
        field = codes.MEASURES.get(kind, "")
        units = codes.GRAMS if field == "weight_g" else codes.MILLIMETRES
        value = _decimal(measure.text("Measurement"))
        if not field or unit not in units or value is None:
            notes.ignore("Measure", f"type {kind}, {measure.text('Measurement')} {unit}")
            continue
        whole = (value * Decimal(units[unit])).quantize(Decimal(1), ROUND_HALF_UP)
        found.setdefault(field, int(whole))
    return found


def _decimal(text: str) -> Decimal | None:
    """Return a sensible measurement, or nothing."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() and 0 < value < LARGEST else None


def _is_other_publisher(publisher: Composite) -> bool:
    """Whether it is a publisher other than the shop, whose name every page has already."""
    is_publisher = publisher.text("PublishingRole") == PUBLISHER
    return is_publisher and publisher.text("PublisherName") != settings.SHOP_NAME


def _imprint(product: Composite) -> str:
    """Return the imprint, or the publisher of a record that names none."""
    publishers = product.path("PublishingDetail", "Publisher")
    named = [
        *(i.text("ImprintName") for i in product.path("PublishingDetail", "Imprint")),
        *(p.text("PublisherName") for p in publishers if _is_other_publisher(p)),
    ]
    return first_filled(named)[:LONGEST_IMPRINT]
