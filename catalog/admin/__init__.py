"""The catalogue as staff edit it: works with their editions, people, subjects."""

from catalog.admin import groups, onix, people, stock, work_page

__all__ = ["groups", "onix", "people", "stock", "work_page"]
