"""Write the subjects of works (Thema, scheme 93) and what they are gathered under."""

from oscar.core.loading import get_model

from catalog import former
from catalog.models import Category, Imprint, Product, Series
from catalog.onix.record import Record, Subject
from catalog.onix.report import Report
from catalog.onix.slugs import free_slug

ProductCategory = get_model("catalogue", "ProductCategory")


class Shelves:
    """The subjects, series and imprints met so far in one message."""

    def __init__(self, *, is_trial: bool = False) -> None:
        """Start with none; in a trial each new subject is counted once."""
        self.report = Report()
        self._counted: set[str] | None = set() if is_trial else None
        self.forget()

    def forget(self) -> None:
        """Drop what is remembered, after a roll-back took it out of the database."""
        self._subjects: dict[str, Category] = {}
        self._series: dict[str, int] = {}
        self._imprints: dict[str, int] = {}

    def series(self, name: str) -> int | None:
        """Return the key of the series of that name, added if need be."""
        if name and name not in self._series:
            self._series[name] = _key(Series, name)
        return self._series.get(name)

    def imprint(self, name: str) -> int | None:
        """Return the key of the imprint of that name, added if need be."""
        if name and name not in self._imprints:
            self._imprints[name] = _key(Imprint, name)
        return self._imprints.get(name)

    def write_subjects(self, work: Product, record: Record | None, *, is_new: bool) -> bool:
        """Put the work under the record's subjects, the main one first; return if changed.

        The main subject is the one whose link has the lowest key.
        """
        subjects = record.subjects if record else ()
        if record:
            self._meet(record)
        wanted = [self._subjects[subject.key].pk for subject in subjects]
        links = ProductCategory.objects.filter(product=work).order_by("pk")
        existing = [] if is_new else list(links.values_list("category_id", flat=True))
        if existing == wanted:
            return False
        if existing:
            links.delete()
        ProductCategory.objects.bulk_create(
            ProductCategory(product=work, category_id=pk) for pk in wanted
        )
        return True

    def _meet(self, record: Record) -> None:
        """Find or add all the subjects of a record.

        A known one keeps its name, unless that is only its code for want of a heading.
        """
        unmet = {subject.key for subject in record.subjects} - self._subjects.keys()
        unnamed = unmet - {subject.code for subject in record.subjects}
        for found in Category.objects.filter(code__in=unmet) if unmet else ():
            self._subjects[str(found.code)] = found
        for found in Category.objects.filter(code=None, name__in=unnamed) if unnamed else ():
            self._subjects.setdefault(found.name, found)
        self._subjects.update(former.named(Category, unmet - self._subjects.keys()))
        for subject in record.subjects:
            known = self._subjects.get(subject.key)
            if known is None:
                self._subjects[subject.key] = self._add(subject, record)
            elif subject.heading and known.name == known.code == subject.code:
                known.name = subject.heading
                known.save(update_fields=["name"])

    def _add(self, subject: Subject, record: Record) -> Category:
        is_first = self._counted is None or subject.key not in self._counted
        if self._counted is not None:
            self._counted.add(subject.key)
        if not subject.heading and is_first:  # it has a code
            self.report.remark(
                record.reference,
                record.line,
                f"Thema {subject.code} has no heading: the subject is named by its code",
            )
        name = subject.heading or subject.code
        slug = free_slug(
            name,
            subject.code,
            taken=lambda slug: former.is_taken(Category, slug),
        )
        self.report.subjects_new += is_first
        return Category.objects.add_root(
            instance=Category(code=subject.code or None, name=name, slug=slug)
        )


def _key(model: type[Series] | type[Imprint], name: str) -> int:
    """Return the key of what has this name, or was merged under it; else of a new one."""
    if known := model._default_manager.filter(name=name).first():
        return int(known.pk)
    merged = former.named(model, {name}).get(name)
    return int((merged or model._default_manager.create(name=name)).pk)
