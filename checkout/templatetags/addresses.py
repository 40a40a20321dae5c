"""How an address is written."""

from typing import Any

from django import template

from checkout import addresses

register = template.Library()


@register.filter
def address_lines(address: Any) -> list[str]:
    """Return the lines of Oscar's address as the country's post wants them."""
    return addresses.lines(address)
