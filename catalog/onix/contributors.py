"""Find the contributors of a message in the catalogue, or add them."""

from django.db.models import Q

from catalog import former, html
from catalog.models import Contribution, Contributor, ContributorLink, OtherName, Product
from catalog.onix import codes
from catalog.onix.record import Person, Record
from catalog.onix.report import Report
from catalog.onix.rows import set_changed
from catalog.onix.slugs import free_slug

FACTS = ("born", "died", "wikidata", "isni", "biography")

Identity = tuple[str, str, str, int | None, int | None]


class Contributors:
    """The contributors met so far in one message.

    A person is known by the Wikidata item or the ISNI, else by the name and by years that do
    not contradict each other; then by another name that staff gave or a merge left.
    Name, sort name and slug are set once. Years, biography, links and Wikidata item
    follow the first record of a message that has them; a message that is silent about
    them takes nothing away.
    """

    def __init__(self) -> None:
        """Start with nobody."""
        self.report = Report()
        self.forget()

    def forget(self) -> None:
        """Drop what is remembered, after a roll-back took it out of the database."""
        self._met: dict[Identity, Contributor] = {}
        self._by_key: dict[int, Contributor] = {}
        self._settled: set[tuple[int, str]] = set()

    def write_contributions(self, work: Product, records: list[Record]) -> bool:
        """Make the work's contributions those of the records; return if any changed.

        The first record gives the order; later ones add people it lacks. The voices
        of an audiobook stay when none of the records is one.
        """
        wanted: dict[tuple[int, str], int] = {}
        for record in records:
            for person in record.people:
                contributor = self.write(person, record)
                for role in person.roles:
                    wanted.setdefault((contributor.pk, role), len(wanted) + 1)
        existing = {(c.contributor_id, c.role): c for c in work.contributions.all()}
        if all(record.publication_type != Product.PublicationType.AUDIO for record in records):
            for key in existing:
                if key[1] in codes.VOICES:
                    wanted.setdefault(key, len(wanted) + 1)
        gone = [part.pk for key, part in existing.items() if key not in wanted]
        moved = [part for key, part in existing.items() if key in wanted]
        moved = [
            part for part in moved if part.position != wanted[part.contributor_id, part.role]
        ]
        for part in moved:
            part.position = wanted[part.contributor_id, part.role]
        added = [
            Contribution(work=work, contributor_id=pk, role=role, position=position)
            for (pk, role), position in wanted.items()
            if (pk, role) not in existing
        ]
        if gone:
            Contribution.objects.filter(pk__in=gone).delete()
        if moved:
            Contribution.objects.bulk_update(moved, ["position"])
        if added:
            Contribution.objects.bulk_create(added)
        return bool(gone or moved or added)

    def write(self, person: Person, record: Record) -> Contributor:
        """Return the contributor, added or brought up to date."""
        identity = (person.wikidata, person.isni, person.name, person.born, person.died)
        contributor = self._met.get(identity) or self._find(person, record)
        if contributor is None:
            contributor = self._add(person)
        # One object stands for a contributor, under whatever identity it is named.
        contributor = self._by_key.setdefault(contributor.pk, contributor)
        self._met[identity] = contributor
        self._update(contributor, person, record)
        return contributor

    def _find(self, person: Person, record: Record) -> Contributor | None:
        same = Q(name=person.name)
        if person.wikidata:
            same |= Q(wikidata=person.wikidata)
        if person.isni:
            same |= Q(isni=person.isni)
        people = Contributor.objects.prefetch_related("links").order_by("pk")
        found = list(people.filter(same))
        for contributor in found:
            if person.wikidata and contributor.wikidata == person.wikidata:
                return contributor
            if person.isni and contributor.isni == person.isni:
                return contributor
        fitting = [contributor for contributor in found if _may_be(contributor, person)]
        if not fitting and (other := self._find_by_other_name(same, person)):
            return other
        fitting.sort(key=lambda c: (c.born, c.died) != (person.born, person.died))
        if len(fitting) > 1 and person.born is None:
            self.report.remark(
                record.reference,
                record.line,
                f"{person.name}: {len(fitting)} people of that name, taken for the first "
                f"({fitting[0].slug})",
            )
        return fitting[0] if fitting else None

    def _find_by_other_name(self, same: Q, person: Person) -> Contributor | None:
        """Return whom staff said this is; what they keep of that person is left alone."""
        others = OtherName.objects.filter(same).select_related("contributor").order_by("pk")
        for other in others.prefetch_related("contributor__links"):
            if _is_also(other, person):
                contributor = other.contributor
                known = [name for name in FACTS if getattr(contributor, name)]
                self._settled |= {(contributor.pk, name) for name in known}
                if contributor.links.all():
                    self._settled.add((contributor.pk, "links"))
                return contributor
        return None

    def _add(self, person: Person) -> Contributor:
        contributor = Contributor(name=person.name, sort_name=person.sort_name)
        contributor.slug = free_slug(
            person.name or "contributor",
            taken=lambda slug: former.is_taken(Contributor, slug),
        )
        contributor.save()
        self.report.contributors_new += 1
        return contributor

    def _update(self, contributor: Contributor, person: Person, record: Record) -> None:
        told: dict[str, str | int | None] = {
            "born": person.born,
            "died": person.died,
            "wikidata": person.wikidata,
            "isni": person.isni,
            "biography": html.clean(person.biography),
        }
        values: dict[str, str | int | None] = {
            name: value
            for name, value in told.items()
            if value and (contributor.pk, name) not in self._settled
        }
        born, died = (values.get(n, getattr(contributor, n)) for n in ("born", "died"))
        if born and died and born >= died:
            text = f"{person.name}: born {born}, died {died}: the catalogue's years stay"
            self.report.remark(record.reference, record.line, text)
            values = {name: told[name] for name in values if name not in {"born", "died"}}
        self._settled |= {(contributor.pk, name) for name in values}
        changed = set_changed(contributor, values)
        if changed:
            contributor.save(update_fields=changed)
        if person.links and (contributor.pk, "links") not in self._settled:
            self._settled.add((contributor.pk, "links"))
            self._write_links(contributor, person)

    def _write_links(self, contributor: Contributor, person: Person) -> None:
        existing = [(link.label, link.url) for link in contributor.links.all()]
        if existing == list(person.links):
            return
        contributor.links.all().delete()
        ContributorLink.objects.bulk_create(
            ContributorLink(contributor=contributor, label=label, url=url, position=position)
            for position, (label, url) in enumerate(person.links, start=1)
        )


def _may_be(contributor: Contributor, person: Person) -> bool:
    """Whether nothing that both sides know is different."""
    pairs = [
        (contributor.wikidata, person.wikidata),
        (contributor.isni, person.isni),
        (contributor.born, person.born),
        (contributor.died, person.died),
    ]
    return contributor.name == person.name and all(
        not known or not told or known == told for known, told in pairs
    )


def _is_also(other: OtherName, person: Person) -> bool:
    """Whether a name beside the first one is this person's, by what is known of either."""
    if person.wikidata and person.wikidata == other.wikidata:
        return True
    pairs = [
        ({getattr(other, fact), getattr(other.contributor, fact)} - {None, ""}, told)
        for fact, told in (
            ("wikidata", person.wikidata),
            ("born", person.born),
            ("died", person.died),
        )
    ]
    return other.name == person.name and all(
        not known or not told or told in known for known, told in pairs
    )
