"""Template filters of the checkout."""
