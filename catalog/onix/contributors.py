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
SETTLED = ("born", "died", "wikidata", "isni", "biography", "links")
MOST_MET = 5000  # people kept in memory


class Contributors:
    """The contributors met so far in one message.

    A person is known by the Wikidata item or the ISNI, else by the name and by years that do
    not contradict each other; then by another name that staff gave or a merge left.
    Name, sort name and slug are set once. Years, biography, links and Wikidata item
    follow the first record of a message that has them; a message that is silent about
    them takes nothing away.
    """

    def __init__(self, *, is_trial: bool = False) -> None:
        """Start with nobody; in a trial each new person is counted once."""
        self.report = Report()
        self._counted: set[str] | None = set() if is_trial else None
        self._settled: dict[int, set[str]] = {}
        self._fresh: list[tuple[int, str]] = []
        self._met: dict[Identity, Contributor] = {}
        self._by_key: dict[int, Contributor] = {}

    def begin(self, report: Report) -> None:
        """Begin a group of records, which a roll-back may undo."""
        self.report = report
        self._fresh.clear()
        if len(self._met) > MOST_MET:
            self._met, self._by_key = {}, {}

    def forget(self) -> None:
        """Drop what is remembered, after a roll-back took it out of the database."""
        self._met, self._by_key = {}, {}
        for key, name in self._fresh:
            self._settled[key].discard(name)

    def replay(self, record: Record) -> None:
        """Remember what a record settled that was written in an earlier go of its run."""
        self.begin(Report())
        for person in record.people:
            contributor = self._meet(person, record)
            if contributor is not None:
                told = (name for name in SETTLED if getattr(person, name))
                self._settled.setdefault(contributor.pk, set()).update(told)

    def write_contributions(
        self, work: Product, records: list[Record], *, is_new: bool
    ) -> bool:
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
        parts = [] if is_new else work.contributions.all()
        existing = {(c.contributor_id, c.role): c for c in parts}
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

    def write_subjects(self, work: Product, records: list[Record]) -> bool:
        """Say whom the work is about; records that name nobody leave it as it is."""
        named = {self.write(person, record).pk for record in records for person in record.about}
        if not named or named == set(work.about.values_list("pk", flat=True)):
            return False
        work.about.set(named)
        return True

    def write(self, person: Person, record: Record) -> Contributor:
        """Return the contributor, added or brought up to date."""
        contributor = self._meet(person, record) or self._add(person)
        self._update(contributor, person, record)
        return contributor

    def _meet(self, person: Person, record: Record) -> Contributor | None:
        identity = _identity(person)
        contributor = self._met.get(identity) or self._find(person, record)
        return contributor and self._remember(identity, contributor)

    def _remember(self, identity: Identity, contributor: Contributor) -> Contributor:
        # One object stands for a contributor, under whatever identity it is named.
        contributor = self._by_key.setdefault(contributor.pk, contributor)
        self._met[identity] = contributor
        return contributor

    def _find(self, person: Person, record: Record) -> Contributor | None:
        same = Q(name=person.name)
        if person.wikidata:
            same |= Q(wikidata=person.wikidata)
        people = Contributor.objects.prefetch_related("links").order_by("pk")
        found = list(people.filter(same | Q(isni=person.isni) if person.isni else same))
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
                known = {name for name in FACTS if getattr(contributor, name)}
                known |= {"links"} if contributor.links.all() else set()
                self._settled.setdefault(contributor.pk, set()).update(known)
                return contributor
        return None

    def _add(self, person: Person) -> Contributor:
        contributor = Contributor(name=person.name, sort_name=person.sort_name)
        contributor.slug = free_slug(
            person.name or "contributor",
            taken=lambda slug: former.is_taken(Contributor, slug),
        )
        contributor.save()
        key = person.wikidata or person.isni or person.name
        self.report.contributors_new += self._counted is None or key not in self._counted
        if self._counted is not None:
            self._counted.add(key)
        return self._remember(_identity(person), contributor)

    def _update(self, contributor: Contributor, person: Person, record: Record) -> None:
        told: dict[str, str | int | None] = {
            "born": person.born,
            "died": person.died,
            "wikidata": person.wikidata,
            "isni": person.isni,
            "biography": html.clean(person.biography),
        }
        settled = self._settled.setdefault(contributor.pk, set())
        values: dict[str, str | int | None] = {
            name: value for name, value in told.items() if value and name not in settled
        }
        born, died = (values.get(n, getattr(contributor, n)) for n in ("born", "died"))
        if born and died and born >= died:
            text = f"{person.name}: born {born}, died {died}: the catalogue's years stay"
            self.report.remark(record.reference, record.line, text)
            values = {name: told[name] for name in values if name not in {"born", "died"}}
        names = {*values, *(["links"] if person.links and "links" not in settled else [])}
        self._fresh += [(contributor.pk, name) for name in names - settled]
        settled |= names
        changed = set_changed(contributor, values)
        if changed:
            contributor.save(update_fields=changed)
        if "links" in names:
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


def _identity(person: Person) -> Identity:
    return person.wikidata, person.isni, person.name, person.born, person.died


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
