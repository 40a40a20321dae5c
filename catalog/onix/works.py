"""Write a work from the records of its editions."""

from django.db.models import Q
from django.utils import timezone

from catalog import html
from catalog.models import Contribution, Product
from catalog.onix import blocks
from catalog.onix.contributors import Contributors
from catalog.onix.record import Record, WorkKey, first_filled
from catalog.onix.rows import set_changed
from catalog.onix.slugs import NO_WORK, free_slug
from catalog.onix.subjects import Shelves

LONGEST_CODE = 255
PROPRIETARY = "01"  # list 16
TEXTS = ("short_description", "description", "table_of_contents")


def work_codes(keys: list[WorkKey]) -> list[str]:
    """Return the identifiers under which a work is found again by a later message.

    A proprietary number without the name of its scheme could be anybody's: it joins
    editions within one message only.
    """
    codes = [
        f"{name or kind}:{value}" for kind, name, value in keys if name or kind != PROPRIETARY
    ]
    return [code for code in codes if len(code) <= LONGEST_CODE]


def find_work(codes: list[str]) -> Product | None:
    """Return the work in the catalogue that has one of the identifiers."""
    if not codes:
        return None
    return Product.objects.filter(structure="parent", code__in=codes).order_by("pk").first()


def write_work(
    work: Product | None,
    records: list[Record],
    *,
    codes: list[str],
    contributors: Contributors,
    shelves: Shelves,
) -> tuple[Product, bool]:
    """Return the work as the records describe it, and whether anything changed.

    The title is that of the first record; every other field comes from the first
    record that has it. What no record has is emptied: a full record replaces.
    """
    values = _values(records, shelves)
    described = [record for record in records if record.has(blocks.DESCRIPTIVE)]
    is_new = is_changed = work is None
    if work is None:
        work = Product(structure="parent", code=codes[0] if codes else None, **values)
        work.slug = _slug(records)
        work.save()
    else:
        if work.code is None and codes and find_work(codes) is None:
            values["code"] = codes[0]
        changed = set_changed(work, values)
        if changed:
            work.save(update_fields=[*changed, "date_updated"])
            is_changed = True
        if "title" in changed:
            _retitle_editions(work)
    if described:
        is_changed |= contributors.write_contributions(work, described, is_new=is_new)
        is_changed |= contributors.write_subjects(work, described)
        shelved = next((record for record in described if record.subjects), None)
        is_changed |= shelves.write_subjects(work, shelved, is_new=is_new)
    return work, is_changed


def _values(records: list[Record], shelves: Shelves) -> dict[str, object]:
    """Return what the records say about their work, by field, block by block."""
    values: dict[str, object] = {}
    told = {block: [r for r in records if r.has(block)] for block in blocks.ALL}
    if described := told[blocks.DESCRIPTIVE]:
        numbered = next((record for record in described if record.series), described[0])
        values |= {
            "title": described[0].title,
            "sort_title": described[0].sort_title,
            "subtitle": first_filled(record.subtitle for record in described),
            "series_id": shelves.series(numbered.series),
            "series_number": numbered.series_number,
            "original_language": first_filled(each.original_language for each in described),
        }
    if praised := told[blocks.COLLATERAL]:
        quoted = next((r.texts for r in praised if r.texts.pull_quote), praised[0].texts)
        values |= {
            name: html.clean(first_filled(getattr(record.texts, name) for record in praised))
            for name in TEXTS
        }
        values["pull_quote"] = quoted.pull_quote
        values["pull_quote_source"] = quoted.pull_quote_source if quoted.pull_quote else ""
    if published := told[blocks.PUBLISHING]:
        years = (record.first_published for record in published)
        values["first_published"] = next(filter(None, years), None)
    return values


def _slug(records: list[Record]) -> str:
    people = [person for record in records for person in record.people]
    authors = [p for p in people if Contribution.Role.AUTHOR in p.roles] or people
    surnames = [author.sort_name.partition(",")[0] for author in authors[:1]]
    return free_slug(
        records[0].title,
        *(surnames or [records[0].isbn]),
        taken=lambda slug: (
            slug == NO_WORK or Product.objects.filter(structure="parent", slug=slug).exists()
        ),
    )


def _retitle_editions(work: Product) -> None:
    Product.objects.filter(~Q(title=work.title), parent=work).update(
        title=work.title, sort_title=work.sort_title, date_updated=timezone.now()
    )
