"""Read the contributors of a record."""

import re
from datetime import date

from django.core.exceptions import ValidationError

from catalog.isni import clean_isni
from catalog.models import Contribution
from catalog.onix import codes
from catalog.onix.composite import Composite
from catalog.onix.dates import BadDate, date_of
from catalog.onix.record import Notes, Person, first_filled

BIRTH, DEATH = "50", "51"  # list 177
PROPRIETARY, ISNI = "01", "16"  # list 44
LONGEST_NAME = 200
LONGEST_LABEL = 255
LONGEST_ADDRESS = 200
WIKIDATA = re.compile(r"Q\d{1,18}")
NAME = ("NamesBeforeKey", "PrefixToKey", "KeyNames", "NamesAfterKey", "SuffixToKey")
KEPT = {
    *NAME,
    *("SequenceNumber", "ContributorRole", "NameIdentifier", "NameType", "PersonName"),
    *("PersonNameInverted", "CorporateName", "CorporateNameInverted", "ContributorDate"),
    *("BiographicalNote", "Website"),
}


def read_people(descriptive: Composite, notes: Notes) -> tuple[Person, ...]:
    """Return the contributors in the order of their sequence numbers."""
    people = []
    for place, contributor in enumerate(descriptive.all("Contributor")):
        number = contributor.text("SequenceNumber")
        name = read_name(contributor)
        if not name or len(name) > LONGEST_NAME:
            notes.ignore("Contributor", "without a name" if not name else "name too long")
            continue
        order = int(number) if number.isdecimal() else 10**6
        people.append((order, place, _person(contributor, name, notes)))
        for ignored in set(contributor.names) - KEPT:
            notes.ignore(f"Contributor/{ignored}", "not kept")
    return tuple(person for _, _, person in sorted(people, key=lambda entry: entry[:2]))


def read_names_as_subjects(descriptive: Composite, notes: Notes) -> tuple[Person, ...]:
    """Return the people whom the work is about; they have no roles in it."""
    people = []
    for subject in descriptive.all("NameAsSubject"):
        name = read_name(subject)
        if name and len(name) <= LONGEST_NAME:
            people.append(_person(subject, name, notes, is_subject=True))
        else:
            notes.ignore("NameAsSubject", "without a name" if not name else "name too long")
    return tuple(people)


def read_name(contributor: Composite) -> str:
    """Return the name as the title page prints it."""
    whole = contributor.text("PersonName") or contributor.text("CorporateName")
    parts = " ".join(filter(None, map(contributor.text, NAME)))
    inverted = contributor.text("PersonNameInverted")
    family, _, given = inverted.partition(", ")
    return whole or parts or f"{given} {family}".strip()


def read_sort_name(contributor: Composite, name: str) -> str:
    """Return the name with the family name first; without a hint, the last word is that."""
    inverted = contributor.text("PersonNameInverted")
    inverted = inverted or contributor.text("CorporateNameInverted")
    if inverted or "CorporateName" in contributor:
        return inverted or name
    if "KeyNames" in contributor:
        key = " ".join(filter(None, map(contributor.text, NAME[1:])))
        return ", ".join(filter(None, [key, contributor.text("NamesBeforeKey")]))
    given, _, family = name.rpartition(" ")
    return ", ".join(filter(None, [family, given]))


def _person(
    contributor: Composite, name: str, notes: Notes, *, is_subject: bool = False
) -> Person:
    born, died = (_year(contributor, role, notes) for role in (BIRTH, DEATH))
    if born is not None and died is not None and born >= died:
        notes.remark(f"{name}: born {born}, died {died}: neither year kept")
        born = died = None
    biographies = contributor.all("BiographicalNote")
    return Person(
        name=name,
        sort_name=read_sort_name(contributor, name)[:LONGEST_NAME],
        roles=() if is_subject else _roles(contributor, name, notes),
        wikidata=_wikidata(contributor, notes),
        isni=_isni(contributor, notes),
        born=born,
        died=died,
        biography=biographies[0].html() if biographies else "",
        links=tuple(_links(contributor, notes)),
    )


def _roles(contributor: Composite, name: str, notes: Notes) -> tuple[str, ...]:
    roles: list[str] = []
    for code in contributor.texts("ContributorRole") or [""]:
        if code not in codes.ROLES:
            notes.remark(f"{name}: role {code or 'missing'} is shown as contributor")
        roles += codes.ROLES.get(code, (Contribution.Role.OTHER.value,))
    return tuple(str(role) for role in dict.fromkeys(roles))


def _year(contributor: Composite, role: str, notes: Notes) -> int | None:
    dates = [*contributor.all("ContributorDate"), *contributor.all("SubjectDate")]
    for composite in dates:
        told = composite.text("ContributorDateRole") or composite.text("SubjectDateRole")
        if told != role:
            continue
        try:
            found: date = date_of(composite)[0]
        except BadDate as error:
            notes.ignore("ContributorDate", str(error))
        else:
            return found.year
    return None


def _wikidata(contributor: Composite, notes: Notes) -> str:
    found = ""
    for identifier in contributor.all("NameIdentifier"):
        scheme, kind = identifier.text("IDTypeName"), identifier.text("NameIDType")
        value = identifier.text("IDValue")
        if kind == ISNI:
            continue
        if kind == PROPRIETARY and scheme.casefold() == "wikidata":
            if WIKIDATA.fullmatch(value):
                found = found or value
                continue
            kind = f"Wikidata {value!r}"
        notes.ignore("NameIdentifier", " ".join(filter(None, [kind, scheme])))
    return found


def _isni(contributor: Composite, notes: Notes) -> str:
    for identifier in contributor.all("NameIdentifier"):
        if identifier.text("NameIDType") != ISNI:
            continue
        try:
            return clean_isni(identifier.text("IDValue"))
        except ValidationError as error:
            notes.ignore("NameIdentifier", error.messages[0].rstrip("."))
    return ""


def _links(contributor: Composite, notes: Notes) -> list[tuple[str, str]]:
    links = []
    for website in contributor.all("Website"):
        label = first_filled(text.words() for text in website.all("WebsiteDescription"))
        address = website.text("WebsiteLink")
        if not label:
            notes.ignore("Website", "without a description")
        elif not address.startswith(("https://", "http://")) or len(address) > LONGEST_ADDRESS:
            notes.ignore("Website", "not an address that can be linked")
        else:
            links.append((label[:LONGEST_LABEL], address))
    return links
