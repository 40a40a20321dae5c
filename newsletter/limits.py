"""Keep one visitor from signing up the whole town."""

from django.core.cache import cache

from bookstore import visitor

SIGNUPS_AN_HOUR = 20
HOUR = 60 * 60


def count_signup(*, address: str) -> bool:
    """Count a sign-up from an IP address; tell whether it is within the limit.

    An address that is not known is not limited.
    """
    household = visitor.household(address)
    if not household:
        return True
    key = f"newsletter-signups-{household}"
    cache.add(key, 0, HOUR)
    try:
        return cache.incr(key) <= SIGNUPS_AN_HOUR
    except ValueError:  # the hour ended between the two lines
        return True
