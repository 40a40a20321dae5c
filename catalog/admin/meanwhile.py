"""What others changed on a work's page while an editor wrote."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from catalog.admin.fingerprints import (
    Held,
    Page,
    Place,
    Shown,
    digest,
    history,
    normal,
)
from catalog.admin.parts import KEY
from catalog.models import Product

# Written only if the editor changed it: what others set stays without a word.
KEPT_UNLESS_CHANGED = {"price"}
TAKEN_OVER = "Yours was as before, so theirs is in the form now."
CLASH = "Yours is still in the form: saving puts it in the place of theirs."
ADDED = "Added by them; it stays."
REMOVED = "Removed by them, and you had not changed it: it stays removed."
REMOVED_CHANGED = "Removed by them; saving adds yours anew."


@dataclass(frozen=True)
class Difference:
    """One field or row that others changed, theirs beside the editor's."""

    label: str
    theirs: str
    mine: str
    outcome: str
    is_clash: bool = False


@dataclass
class Meanwhile:
    """All that others changed, who they were, and the form as the editor goes on with it."""

    data: QueryDict
    differences: list[Difference] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    gone: dict[str, list[str]] = field(default_factory=dict)  # rows to be moved, by prefix


def compare(
    *, work: Product, now: Page, rows: Mapping[str, str], posted: QueryDict, shown: Shown
) -> Meanwhile | None:
    """Return what others changed since the page was shown, or None if nothing stands apart.

    `now` is what the page holds in the database, `rows` the name of the key of each kind
    of row. Fields that only others changed are taken over into the form.
    """
    found = Meanwhile(posted.copy())
    places = {prefix: _indexes(posted, prefix, key) for prefix, key in rows.items()}
    for place, held in now.items():
        if place.row and place.row not in places.get(place.prefix, {}):
            continue
        _compare_field(found, place, held, places, shown)
    _find_added(found, now, places, shown)
    for prefix in rows:
        there = {place.row for place in now if place.prefix == prefix}
        for row, index in places[prefix].items():
            if row not in there:
                _find_removed(found, prefix, row, index, shown)
    if not found.differences:
        return None
    entries = history(work).filter(pk__gt=shown.entry).select_related("user").order_by("pk")
    found.people = [
        f"{entry.user}, {timezone.localtime(entry.action_time):%-d %B, %H:%M}: "
        f"{entry.get_change_message()}"
        for entry in entries
    ]
    return found


def _indexes(posted: QueryDict, prefix: str, key: str) -> dict[str, str]:
    """Return the rows of a form that it knew from the database: key to number."""
    total = posted.get(f"{prefix}-TOTAL_FORMS", "0")
    numbers = map(str, range(min(int(total), 2000) if KEY.fullmatch(total) else 0))
    found = {posted.get(f"{prefix}-{number}-{key}", ""): number for number in numbers}
    found.pop("", None)
    return found


def _compare_field(
    found: Meanwhile, place: Place, held: Held, places: Mapping[str, Any], shown: Shown
) -> None:
    base, theirs = shown.digests.get(str(place)), digest(held.values)
    if theirs == base:
        return
    index = places.get(place.prefix, {}).get(place.row, "")
    names = place.html_names(held.values, index=index)
    mine = {
        suffix: normal(found.data.get(name, ""))
        for suffix, name in zip(held.values, names, strict=True)
    }
    if mine == held.values:
        return
    is_clash = digest(mine) != base
    if not is_clash:
        if place.name in KEPT_UNLESS_CHANGED:
            return
        for name, value in zip(names, held.values.values(), strict=True):
            found.data[name] = value
    found.differences.append(
        Difference(
            held.label,
            in_words(held, held.values),
            in_words(held, mine),
            CLASH if is_clash else TAKEN_OVER,
            is_clash,
        )
    )


def _find_added(found: Meanwhile, now: Page, places: Mapping[str, Any], shown: Shown) -> None:
    added: dict[tuple[str, str], list[str]] = {}
    for place, held in now.items():
        is_known = not place.row or place.row in places.get(place.prefix, {})
        if not is_known and place.row not in shown.rows(place.prefix):
            row = added.setdefault((place.prefix, place.row), [])
            row.append(in_words(held, held.values))
    for (prefix, _), words in added.items():
        text = ", ".join(filter(None, words))
        found.differences.append(Difference(NAMES.get(prefix, "A row"), text, "", ADDED))


def _find_removed(found: Meanwhile, prefix: str, row: str, index: str, shown: Shown) -> None:
    """Take a row that is gone out of the form, or let it come back if the editor changed it."""
    start = f"{prefix}-{index}-"
    is_changed, words = False, []
    for text, base in shown.digests.items():
        if not text.startswith(f"{prefix}:{row}:"):
            continue
        name = start + text.rpartition(":")[2]
        suffixes = [""] if name in found.data or f"{name}_0" not in found.data else ["_0", "_1"]
        mine = {suffix: normal(found.data.get(name + suffix, "")) for suffix in suffixes}
        is_changed |= digest(mine) != base
        words += [value for value in mine.values() if value]
    if found.data.get(f"{start}DELETE"):
        is_changed = False
    found.differences.append(
        Difference(
            NAMES.get(prefix, "A row"),
            "",
            ", ".join(words) if is_changed else "",
            REMOVED_CHANGED if is_changed else REMOVED,
            is_changed,
        )
    )
    found.gone.setdefault(prefix, []).append(index if is_changed else f"-{index}")


NAMES = {
    "contributions": "A contributor",
    "children": "An edition",
    "productcategory_set": "A subject",
    "images": "A picture",
    "primary_recommendations": "A book bought together",
    "related_works": "A related book",
}


def in_words(held: Held, values: Mapping[str, str]) -> str:
    """Return what a field holds as the editor reads it."""
    form_field: Any = held.field
    text = " ".join(filter(None, values.values()))
    if hasattr(form_field, "queryset"):
        known = form_field.queryset.filter(pk=text).first() if KEY.fullmatch(text) else None
        return str(known or text)
    if hasattr(form_field, "choices"):
        return str(dict(form_field.choices).get(text, text))
    if getattr(form_field.widget, "input_type", "") == "checkbox":
        return "Yes" if text else "No"
    return text
