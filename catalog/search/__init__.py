"""Find works by whatever a reader remembers of them."""

from catalog.search.index import index_all, index_works

__all__ = ["index_all", "index_works"]
