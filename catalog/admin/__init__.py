"""The catalogue as staff edit it: works with their editions, people, subjects."""

from catalog.admin import groups, onix, people, works

__all__ = ["groups", "onix", "people", "works"]
