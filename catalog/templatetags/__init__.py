"""Template filters of the catalog."""
