"""What the admin's first page says to whoever opens it."""

from typing import Any

from django import template
from django.utils import timezone

from bookstore.needs import Need
from catalog.admin import needs as of_books
from checkout.admin import needs as of_orders
from shipping.admin import needs as of_shipping

register = template.Library()


@register.simple_tag
def what_needs_attention(user: Any) -> list[Need]:
    """Return what waits for somebody with these rights, the most urgent first."""
    now = timezone.now()
    return [
        need for part in (of_orders, of_shipping, of_books) for need in part.of(user, now=now)
    ]
