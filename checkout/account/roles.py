"""The roles that a shop's staff have out of the box, each a group of the admin.

Each permission is given to a role once: what the owner of the shop takes away stays away,
what the owner adds stays, a renamed group stays renamed and a deleted one is not made again.
A release that brings new pages gives their permissions to the roles that they belong to.
"""

from collections.abc import Iterable
from typing import Any

from django.apps import apps as installed

# What a role may do: all of an app's label, of a model, or one permission.
ROLES: dict[str, tuple[str, ...]] = {
    "Editor": ("catalogue", "flatpages", "partner.stockrecord"),
    "Orders": (
        "checkout",
        "order.view_order",
        "order.change_order",
        "partner.view_stockrecord",
        "partner.change_stockrecord",
    ),
    "Shipping": ("shipping", "address.view_country", "address.change_country"),
    "Newsletter": ("newsletter",),
    "Owner": (
        *("catalogue", "flatpages", "partner.stockrecord", "checkout", "order.order"),
        *("shipping", "address.country", "newsletter", "account.user", "auth.group"),
    ),
}


def give(*, apps: Any = installed) -> None:
    """Make the roles that are missing and give each what it was never given before."""
    role_model, group_model = apps.get_model("account", "Role"), apps.get_model("auth", "Group")
    known = {role.name: role for role in role_model.objects.select_related("group")}
    offered = _offered(apps)
    for name, parts in ROLES.items():
        role = known.get(name)
        if role is None:
            group, _ = group_model.objects.get_or_create(name=name)
            role = role_model.objects.create(name=name, group=group)
        new = {code: pk for code, pk in _of(parts, offered) if code not in role.given}
        if new and role.group is not None:
            role.group.permissions.add(*new.values())
            role.given = sorted({*role.given, *new})
            role.save(update_fields=["given"])


def give_after_migrating(*, app_config: Any, apps: Any = installed, **_: Any) -> None:
    """Give the roles their permissions once the last app has got its own."""
    with_models = [each for each in installed.get_app_configs() if each.models_module]
    if app_config == with_models[-1] and "account" in apps.app_configs:
        try:
            apps.get_model("account", "Role")
        except LookupError:  # Migrated back to before there were roles.
            return
        give(apps=apps)


def _offered(apps: Any) -> list[tuple[str, str, str, int]]:
    """Return app, model, code and key of each permission."""
    permissions = apps.get_model("auth", "Permission").objects
    return list(
        permissions.values_list(
            "content_type__app_label", "content_type__model", "codename", "pk"
        )
    )


def _of(
    parts: tuple[str, ...], offered: Iterable[tuple[str, str, str, int]]
) -> Iterable[tuple[str, int]]:
    for app, model, codename, pk in offered:
        if {app, f"{app}.{model}", f"{app}.{codename}"} & set(parts):
            yield f"{app}.{codename}", pk
