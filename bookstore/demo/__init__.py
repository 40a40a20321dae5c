"""What runs only in a demonstration: never imported by the shop itself."""

STAFF = "staff@meridian.example"
"""Whom `make run` signs in as staff; the password is new each time."""
