"""Covers: smaller renditions of uploaded ones, drawn ones for books without."""


def make_renditions(*args: object) -> None:
    """Make the renditions."""
