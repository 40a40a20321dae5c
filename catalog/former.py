"""Keep old addresses and names alive: what each leads to now."""

from typing import Any

from django.db.models import Model

from catalog.models import FormerPage


def kind_of(model: type[Model] | Model) -> str:
    """Return the kind of pages about a model."""
    return str(model._meta.model_name)


def page(model: type[Model], slug: str) -> Any:
    """Return what an address that is no more leads to, or None."""
    pages = FormerPage.objects.filter(kind=kind_of(model), slug=slug)
    target = pages.values_list("target", flat=True).first()
    return model._default_manager.filter(pk=target).first() if target else None


def is_taken(model: type[Model], slug: str) -> bool:
    """Whether something has this address, or had it and is still looked for there."""
    has = model._default_manager.filter(slug=slug).exists()
    return has or FormerPage.objects.filter(kind=kind_of(model), slug=slug).exists()


def named(model: type[Model], names: set[str]) -> dict[str, Any]:
    """Return, by name, what was merged away under these names; two queries at most."""
    if not names:
        return {}
    pages = FormerPage.objects.filter(kind=kind_of(model), name__in=names)
    targets = dict(pages.values_list("name", "target"))
    found = model._default_manager.in_bulk(targets.values()) if targets else {}
    return {name: found[key] for name, key in targets.items() if key in found}


def leave(thing: Any, *, slug: str, name: str = "") -> None:
    """Let an address, and a name, lead to this from now on."""
    FormerPage.objects.update_or_create(
        kind=kind_of(thing), slug=slug, defaults={"target": thing.pk, "name": name}
    )
