"""Tables of the newsletter."""
