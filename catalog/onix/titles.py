"""Read the titles, series, subjects and texts of a record."""

from django.conf import settings

from catalog.onix import codes
from catalog.onix.composite import Composite
from catalog.onix.record import BadRecord, Notes, Subject, Texts, first_filled
from catalog.titles import sort_title

DISTINCTIVE = "01"  # list 15
PRODUCT, COLLECTION = "01", "02"  # list 149
PUBLISHERS_COLLECTIONS = ("10", "11")  # list 148
TITLE_ORDER = ("02", "03", "01")  # list 197: title, publication and proprietary order
LONGEST = 255
LONGEST_NUMBER = 20
SHORT, LONG, CONTENTS, REVIEW = "02", "03", "04", "06"  # list 153
READERS = {"", "00", "03"}  # list 154: unrestricted, end customers


def read_title(descriptive: Composite) -> tuple[str, str, str]:
    """Return the distinctive title, the same for sorting, and the subtitle.

    :raises BadRecord: if there is no title, or one longer than the catalogue keeps.
    """
    for detail in descriptive.all("TitleDetail"):
        if detail.text("TitleType") != DISTINCTIVE:
            continue
        for element in detail.all("TitleElement"):
            title, sorted_by = _name(element)
            if element.text("TitleElementLevel") == PRODUCT and title:
                if max(len(title), len(element.text("Subtitle"))) > LONGEST:
                    message = f"title or subtitle longer than {LONGEST} characters"
                    raise BadRecord(message, element.line)
                return title, sorted_by, element.text("Subtitle")
    message = "no title: no TitleDetail of type 01 with a TitleElement of level 01"
    raise BadRecord(message, descriptive.line)


def _name(element: Composite) -> tuple[str, str]:
    """Return a title element's title, and without its prefix."""
    rest = element.text("TitleWithoutPrefix")
    if rest:
        prefix = element.text("TitlePrefix")
        space = "" if prefix.endswith(("'", "\N{RIGHT SINGLE QUOTATION MARK}")) else " "
        return f"{prefix}{space}{rest}".strip(), rest
    whole = element.text("TitleText")
    key = next((text.attribute("collationkey") for text in element.all("TitleText")), "")
    return whole, key.strip()[:LONGEST] or sort_title(whole)


def read_series(descriptive: Composite, notes: Notes) -> tuple[str, str]:
    """Return the name of the publisher's series and the number in it."""
    found: list[tuple[str, str]] = []
    for collection in descriptive.all("Collection"):
        kind = collection.text("CollectionType")
        elements = collection.path("TitleDetail", "TitleElement")
        named = [e for e in elements if e.text("TitleElementLevel") == COLLECTION]
        name = first_filled(_name(element)[0] for element in named)
        if kind not in PUBLISHERS_COLLECTIONS or not name or len(name) > LONGEST:
            notes.ignore("Collection", f"type {kind}, not the publisher's own or not named")
            continue
        if found:
            notes.ignore("Collection", "only the first is kept")
            continue
        part = first_filled(element.text("PartNumber") for element in elements)
        sequences = {
            sequence.text("CollectionSequenceType"): sequence.text("CollectionSequenceNumber")
            for sequence in collection.all("CollectionSequence")
        }
        number = part or first_filled(sequences.get(kind, "") for kind in TITLE_ORDER)
        if len(number) > LONGEST_NUMBER:
            notes.ignore("PartNumber", f"longer than {LONGEST_NUMBER} characters")
            number = ""
        found.append((name, number))
    return found[0] if found else ("", "")


def read_subjects(descriptive: Composite, notes: Notes) -> tuple[Subject, ...]:
    """Return the Thema subjects and those of this shop, the main one first.

    The shop's own come back from its own export, which names the scheme by the shop.
    """
    found: dict[str, tuple[bool, Subject]] = {}
    for composite in descriptive.all("Subject"):
        scheme = composite.text("SubjectSchemeIdentifier")
        code = composite.text("SubjectCode")
        if scheme == codes.PROPRIETARY_SUBJECT and _is_own(composite):
            heading = composite.text("SubjectHeadingText")[:LONGEST]
            subject = Subject(code[:LONGEST], heading)
            found.setdefault(code or heading, ("MainSubject" in composite, subject))
        elif scheme != codes.THEMA:
            notes.ignore("Subject", f"scheme {codes.SCHEMES.get(scheme, scheme)}")
        elif not code or not code.isalnum() or code[0].isdecimal():
            notes.ignore("Subject", f"scheme 93, {code or 'no code'}: not a subject by itself")
        else:
            heading = composite.text("SubjectHeadingText")[:LONGEST]
            found.setdefault(code, ("MainSubject" in composite, Subject(code, heading)))
    ordered = sorted(found.values(), key=lambda entry: not entry[0])
    return tuple(subject for _, subject in ordered)


def _is_own(subject: Composite) -> bool:
    told = subject.text("SubjectCode") or subject.text("SubjectHeadingText")
    return bool(told) and subject.text("SubjectSchemeName") == settings.SHOP_NAME


def read_texts(product: Composite, notes: Notes) -> Texts:
    """Return the texts meant for readers, the first of each type."""
    found: dict[str, Composite] = {}
    for content in product.path("CollateralDetail", "TextContent"):
        kind, audience = content.text("TextType"), content.text("ContentAudience")
        if kind not in {SHORT, LONG, CONTENTS, REVIEW}:
            notes.ignore("TextContent", f"type {kind}")
        elif audience not in READERS:
            notes.ignore("TextContent", f"type {kind}, for audience {audience}")
        elif kind in found:
            notes.ignore("TextContent", f"type {kind}, only the first is kept")
        else:
            found[kind] = content
    parts = {kind: content.all("Text") for kind, content in found.items()}
    texts = {kind: text[0].html() for kind, text in parts.items() if text}
    review = found.get(REVIEW)
    sources = [*review.texts("TextAuthor"), review.text("SourceTitle")] if review else []
    return Texts(
        short_description=texts.get(SHORT, ""),
        description=texts.get(LONG, ""),
        table_of_contents=texts.get(CONTENTS, ""),
        pull_quote=first_filled(text.words() for text in parts.get(REVIEW, [])),
        pull_quote_source=", ".join(filter(None, sources))[:LONGEST],
    )
