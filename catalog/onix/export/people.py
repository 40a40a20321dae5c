"""The contributors of a work."""

from collections.abc import Iterable
from itertools import groupby

from catalog.models import Contribution, Contributor, ContributorLink
from catalog.onix import codes
from catalog.onix.export.elements import Element, flag, part
from catalog.onix.export.texts import address, marked_up, plain
from catalog.onix.people import BIRTH, DEATH, ISNI, LONGEST_ADDRESS, PROPRIETARY, WIKIDATA

LAST_YEAR = 9999


def contributors(parts: list[Contribution], *, with_voices: bool) -> list[Element | None]:
    """Return the contributors in title-page order, the voices of a recording last.

    Who did several things in a row is named once. Biography and links stand where a
    person is named first.
    """
    spoken = [part for part in parts if part.role in codes.VOICES] if with_voices else []
    ordered = [part for part in parts if part.role not in codes.VOICES] + spoken
    told: set[int] = set()
    found: list[Element | None] = []
    for person, group in groupby(ordered, key=lambda part: part.contributor):
        roles = [part("ContributorRole", one.role) for one in group]
        is_first = person.pk not in told
        told.add(person.pk)
        number = part("SequenceNumber", len(found) + 1)
        name = part("PersonName", person.name)
        if name is None:
            continue
        found.append(
            part(
                "Contributor",
                number,
                *roles,
                *_identifiers(person),
                name,
                part("PersonNameInverted", person.sort_name),
                _year(BIRTH, person.born),
                _year(DEATH, person.died),
                *(_about(person) if is_first else []),
            )
        )
    return found or [flag("NoContributor")]


def names_as_subjects(people: Iterable[Contributor]) -> list[Element | None]:
    """Return the people whom the work is about."""
    return [_name_as_subject(person) for person in people]


def _name_as_subject(person: Contributor) -> Element | None:
    name = part("PersonName", person.name)
    if name is None:
        return None
    return part(
        "NameAsSubject",
        *_identifiers(person),
        name,
        part("PersonNameInverted", person.sort_name),
        _year(BIRTH, person.born, "SubjectDate"),
        _year(DEATH, person.died, "SubjectDate"),
    )


def _identifiers(person: Contributor) -> list[Element | None]:
    isni = part("NameIdentifier", part("NameIDType", ISNI), part("IDValue", person.isni))
    found = [isni if person.isni else None]
    if WIKIDATA.fullmatch(person.wikidata):
        found.append(
            part(
                "NameIdentifier",
                part("NameIDType", PROPRIETARY),
                part("IDTypeName", "Wikidata"),
                part("IDValue", person.wikidata),
            )
        )
    return found


def _year(role: str, year: int | None, name: str = "ContributorDate") -> Element | None:
    if not year or year > LAST_YEAR:
        return None
    date = part("Date", f"{year:04}", dateformat="05")
    return part(name, part(f"{name}Role", role), date)


def _about(person: Contributor) -> list[Element | None]:
    return [marked_up("BiographicalNote", person.biography), *map(_link, person.links.all())]


def _link(link: ContributorLink) -> Element | None:
    label = plain("WebsiteDescription", link.label)
    place = address("WebsiteLink", link.url)
    if label is None or place is None or len(link.url) > LONGEST_ADDRESS:
        return None
    return part("Website", part("WebsiteRole", "00"), label, place)
