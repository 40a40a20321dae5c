"""Orders as staff see them, and everything they do with one."""

from checkout.admin import money, notices, orders

__all__ = ["money", "notices", "orders"]
