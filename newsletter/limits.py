"""Keep one visitor from signing up the whole town."""

from ipaddress import IPv6Address, ip_network

from django.core.cache import cache

from newsletter import evidence

SIGNUPS_AN_HOUR = 20
HOUR = 60 * 60
IPV6_HOUSEHOLD = 64


def count_signup(*, address: str) -> bool:
    """Count a sign-up from an IP address; tell whether it is within the limit.

    An IPv6 visitor owns a whole /64, so that all of it counts as one. An address
    that the web server does not tell (a socket) is not limited.
    """
    ip = evidence.parsed(address)
    if ip is None:
        return True
    visitor = (
        ip_network((ip, IPV6_HOUSEHOLD), strict=False) if isinstance(ip, IPv6Address) else ip
    )
    key = f"newsletter-signups-{visitor}"
    cache.add(key, 0, HOUR)
    try:
        return cache.incr(key) <= SIGNUPS_AN_HOUR
    except ValueError:  # the hour ended between the two lines
        return True
