"""Pages that show books."""
