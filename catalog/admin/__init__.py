"""The catalogue as staff edit it: works with their editions, people, subjects."""

from catalog.admin import groups, people, work_page

__all__ = ["groups", "people", "work_page"]
