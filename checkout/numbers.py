"""Numbers for orders: easy to read out, impossible to guess or to count by."""

import secrets

# No vowels, so that no words come out; none of 0 O 1 I L 5 S 8 B 2 Z U V.
ALPHABET = "34679CDFGHJKMNPQRTWXY"
GROUPS = (4, 4, 2)


def new_number() -> str:
    """Return a random number such as `M7K4-Q3RX-9T`: 21**10, about 1.7e13 of them."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(size)) for size in GROUPS)
    return "-".join(groups)
