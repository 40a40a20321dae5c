"""The cover of a work, for pages that load works by other ways than a card."""

from django import template

from catalog.covers import Cover, cover_of
from catalog.models import Product

register = template.Library()


@register.filter
def cover(work: Product) -> Cover:
    """Return the cover of a work; load its images, people and subjects beforehand."""
    return cover_of(work)
