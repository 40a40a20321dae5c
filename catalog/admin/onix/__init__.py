"""Imports of ONIX messages, as staff start and follow them."""

from catalog.admin.onix.runs import ImportRunAdmin

__all__ = ["ImportRunAdmin"]
