"""Write only what changed, so that a second import of a message writes nothing."""

from collections.abc import Mapping

from django.db.models import Model


def set_changed(row: Model, values: Mapping[str, object]) -> list[str]:
    """Set the values on a row; return the names of those that were different."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    return changed
