"""Titles, series and subjects."""

import re
from typing import Any, Final

from django.conf import settings

from catalog.models import Category, Product
from catalog.onix import codes
from catalog.onix.export.elements import Element, flag, part, words
from catalog.titles import sort_title

THEMA_CODE: Final = re.compile("[A-Z][A-Z0-9]*")
APOSTROPHES = ("'", "\N{RIGHT SINGLE QUOTATION MARK}")


def title_detail(work: Product) -> Element | None:
    """Return the title and subtitle, and how the title is sorted."""
    return part(
        "TitleDetail",
        part("TitleType", "01"),
        part(
            "TitleElement",
            part("TitleElementLevel", "01"),
            *_title(words(work.title), words(work.sort_title)),
            part("Subtitle", work.subtitle),
        ),
    )


def _title(title: str, sorted_by: str) -> list[Element | None]:
    """Return a title by its prefix and rest, or with a key if it is sorted otherwise."""
    if not sorted_by or sorted_by == sort_title(title) == title:
        return [part("TitleText", title)]
    if sorted_by == title:
        return [flag("NoPrefix"), part("TitleWithoutPrefix", title)]
    prefix = title.removesuffix(sorted_by)
    space = "" if prefix.endswith(APOSTROPHES) else " "
    if prefix != title and prefix.strip() and f"{prefix.strip()}{space}{sorted_by}" == title:
        return [part("TitlePrefix", prefix), part("TitleWithoutPrefix", sorted_by)]
    return [part("TitleText", title, collationkey=sorted_by)]


def collection(work: Product) -> Element | None:
    """Return the publisher's series and the work's number in it."""
    name = part("TitleText", work.series.name if work.series else "")
    if name is None:
        return None
    number = part("PartNumber", work.series_number)
    elements = [part("TitleElement", part("TitleElementLevel", "02"), name)]
    if number is not None:
        elements.append(part("TitleElement", part("TitleElementLevel", "01"), number))
    detail = part("TitleDetail", part("TitleType", "01"), *elements)
    return part("Collection", part("CollectionType", "10"), detail)


def subjects(links: list[Any]) -> list[Element | None]:
    """Return the subjects in their order; the first is the main one."""
    found = [_subject(link.category) for link in links]
    for subject in found[:1]:
        subject.insert(0, flag("MainSubject"))
    return list(found)


def _subject(subject: Category) -> Element:
    code = words(subject.code or "")
    name = words(subject.name) or code or subject.slug
    if THEMA_CODE.fullmatch(code):
        scheme = [part("SubjectSchemeIdentifier", codes.THEMA)]
    else:
        scheme = [
            part("SubjectSchemeIdentifier", codes.PROPRIETARY_SUBJECT),
            part("SubjectSchemeName", settings.SHOP_NAME),
        ]
    heading = part("SubjectHeadingText", "" if name == code else name)
    built = part("Subject", *scheme, part("SubjectCode", code), heading)
    assert built is not None  # noqa: S101  it has a scheme at least
    return built
