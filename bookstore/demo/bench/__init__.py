"""Measure what pages cost in a shop of many books: `make bench`."""
