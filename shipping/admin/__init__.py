"""Everything staff do about shipping, a module a subject."""

from shipping.admin import countries, interruptions, methods, zones

__all__ = ["countries", "interruptions", "methods", "zones"]
