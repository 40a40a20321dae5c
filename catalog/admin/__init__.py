"""The catalogue as staff edit it: works with their editions, people, subjects."""

from catalog.admin import groups, onix, people, stock, works

__all__ = ["groups", "onix", "people", "stock", "works"]
