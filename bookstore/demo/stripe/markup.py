"""HTML put together so that nothing a visitor wrote can become markup."""

from collections.abc import Iterable
from html import escape


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def fill(template: str, **values: object) -> Markup:
    """Fill `{name}` places; every value that is not `Markup` is escaped."""
    safe = {
        name: value if isinstance(value, Markup) else escape(str(value), quote=True)
        for name, value in values.items()
    }
    return Markup(template.format(**safe))


def join(parts: Iterable[Markup]) -> Markup:
    """Put pieces of HTML one after another."""
    return Markup("\n".join(parts))
