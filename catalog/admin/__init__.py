"""The catalogue as staff edit it: works with their editions, people, subjects."""

from catalog.admin import groups, people, stock, work_page

__all__ = ["groups", "people", "stock", "work_page"]
