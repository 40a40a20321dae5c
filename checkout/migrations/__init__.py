"""Tables of the checkout."""
