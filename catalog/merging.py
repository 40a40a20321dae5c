"""Make one of two contributors, subjects, series or imprints; it cannot be undone.

The one that stays keeps its name and address. The other's books move to it, its address
leads there for good, and imports that name it find the one that stays.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.db import connection, transaction
from django.db.models import Exists, F, Max, Model, OuterRef
from oscar.core.loading import get_model

from catalog import former, search
from catalog.models import (
    Category,
    Contribution,
    Contributor,
    FormerPage,
    Imprint,
    OtherName,
    Product,
    Series,
)
from catalog.onix.runs import LOCK

ProductCategory = get_model("catalogue", "ProductCategory")
FACTS = ("born", "died", "wikidata", "isni", "biography", "portrait")


class NotMergeable(Exception):
    """The two cannot be merged; the text says why."""


@transaction.atomic
def merge(*, kept: Any, gone: Any, by: Any, takes: Iterable[str] = ()) -> None:
    """Move all that `gone` has to `kept`, and take `gone` away.

    What `kept` lacks it gets from `gone`; `takes` names what it gets although it has some.

    :raises NotMergeable: if one is not there any more, both are the same, or an import runs.
    """
    model = type(kept)
    if kept.pk == gone.pk:
        message = "Choose two different ones."
        raise NotMergeable(message)
    _refuse_import()
    rows = model._default_manager.select_for_update().filter(pk__in=[kept.pk, gone.pk])
    found = {row.pk: row for row in rows.order_by("pk")}
    if len(found) < len({kept.pk, gone.pk}):
        message = f"{gone} or {kept} is not there any more: perhaps somebody merged them."
        raise NotMergeable(message)
    kept, gone = found[kept.pk], found[gone.pk]
    works = _changed_by(kept, gone)
    name, slug = str(gone), gone.slug
    for move in FIRST.get(model, []):
        move(gone=gone, kept=kept)
    MOVERS[model](kept, gone, set(takes))
    FormerPage.objects.filter(kind=former.kind_of(model), target=gone.pk).update(target=kept.pk)
    former.leave(kept, slug=slug, name=imported_as(gone))
    words = f"Merged with {name} (number {gone.pk}), which is no more."
    gone.delete()
    LogEntry.objects.log_actions(by.pk, [kept], CHANGE, words, single_object=True)
    search.index_works(work_ids=works)


def works_of(thing: Model) -> Iterable[int]:
    """Return the keys of the works that a contributor, subject, series or imprint has."""
    if isinstance(thing, Contributor):
        return (
            Contribution.objects.filter(contributor=thing)
            .values_list("work", flat=True)
            .distinct()
        )
    if isinstance(thing, Category):
        return ProductCategory.objects.filter(category=thing).values_list("product", flat=True)
    if isinstance(thing, Series):
        return Product.objects.filter(series=thing).values_list("pk", flat=True)
    return Product.objects.filter(imprint=thing).values_list("parent", flat=True).distinct()


def _changed_by(kept: Model, gone: Model) -> set[int]:
    """Return the works that search finds otherwise when one becomes the other."""
    if isinstance(gone, Category):
        below = ProductCategory.objects.filter(category__path__startswith=gone.path)
        return set(below.values_list("product", flat=True))
    # A person who gets a name is found by it with all books.
    named = works_of(kept) if isinstance(kept, Contributor) else ()
    return {*works_of(gone), *named}


def imported_as(thing: Any) -> str:
    """Return what an import calls it; contributors have other names instead."""
    if isinstance(thing, Contributor):
        return ""
    return str(thing.code or "") if isinstance(thing, Category) else thing.name


def doubles(kept: Contributor, gone: Contributor) -> Any:
    """Return the parts of `gone` that `kept` has too: the same role in the same work."""
    same = Contribution.objects.filter(
        contributor=kept, work=OuterRef("work"), role=OuterRef("role")
    )
    return Contribution.objects.filter(Exists(same), contributor=gone)


def _refuse_import() -> None:
    """Keep imports away until the transaction ends: they remember whom they have met."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            message = "An import is running: please merge when it has ended."
            raise NotMergeable(message)


def _contributors(kept: Contributor, gone: Contributor, takes: set[str]) -> None:
    doubles(kept, gone).delete()
    gone.contributions.update(contributor=kept)
    about = Product.about.through.objects.filter(contributor=gone)
    already = Product.about.through.objects.filter(contributor=kept).values("product")
    about.exclude(product__in=already).update(contributor=kept)
    known = set(kept.links.values_list("url", flat=True))
    last = kept.links.aggregate(last=Max("position"))["last"] or 0
    gone.links.exclude(url__in=known).update(contributor=kept, position=F("position") + last)
    _keep_names(kept, gone)
    # No two may have one ISNI, not even until the end of the transaction.
    Contributor.objects.filter(pk=gone.pk).update(isni="")
    years = kept.born, kept.died
    for fact in FACTS:
        theirs = getattr(gone, fact)
        if theirs and (fact in takes or not getattr(kept, fact)):
            setattr(kept, fact, theirs)
    if kept.born and kept.died and kept.born >= kept.died:
        kept.born, kept.died = years  # A year of each would make no life.
    kept.save()


def _keep_names(kept: Contributor, gone: Contributor) -> None:
    """Keep what imports knew the other by, and the names that it had beside."""
    facts: dict[str, Any] = {"wikidata": gone.wikidata, "born": gone.born, "died": gone.died}
    is_same = gone.name == kept.name and all(
        not told or told == getattr(kept, fact) for fact, told in facts.items()
    )
    if not is_same:
        OtherName.objects.get_or_create(contributor=kept, name=gone.name, **facts)
    gone.other_names.update(contributor=kept)


def _subjects(kept: Category, gone: Category, takes: set[str]) -> None:
    if kept.path.startswith(gone.path):
        Category.objects.move(kept, gone, "right")
        kept.refresh_from_db()
        gone.refresh_from_db()
    for child in Category.objects.get_children(gone):
        Category.objects.move(child, kept, "last-child")
        kept.refresh_from_db()
    gone.refresh_from_db()
    same = ProductCategory.objects.filter(category=kept, product=OuterRef("product"))
    links = ProductCategory.objects.filter(category=gone)
    links.filter(Exists(same)).delete()
    links.update(category=kept)
    kept.description = kept.description or gone.description
    kept.save()


def _series(kept: Series, gone: Series, takes: set[str]) -> None:
    gone.works.update(series=kept)
    _take_description(kept, gone)


def _imprints(kept: Imprint, gone: Imprint, takes: set[str]) -> None:
    gone.editions.update(imprint=kept)
    _take_description(kept, gone)


def _take_description(kept: Series | Imprint, gone: Series | Imprint) -> None:
    if gone.description and not kept.description:
        kept.description = gone.description
        kept.save()


MOVERS: dict[type[Model], Callable[[Any, Any, set[str]], None]] = {
    Contributor: _contributors,
    Category: _subjects,
    Series: _series,
    Imprint: _imprints,
}
# What apps above the catalog move before; each adds its own when it starts.
FIRST: dict[type[Model], list[Callable[..., None]]] = {}
