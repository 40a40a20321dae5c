"""Where a request comes from: the address of the browser, not of a proxy of ours."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

IPV6_HOUSEHOLD = 64


def address(request: HttpRequest) -> str:
    """Return the visitor's IP address, as the last proxy of ours saw it; empty if unknown.

    Each proxy adds to the end of X-Forwarded-For the address it was called from; what
    stands before the entries of our own proxies was sent by the visitor, who may lie.
    """
    if settings.PROXY_HOPS == 0:
        return request.META.get("REMOTE_ADDR", "")
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    if len(forwarded) < settings.PROXY_HOPS:
        return ""
    return forwarded[-settings.PROXY_HOPS].strip()


def parsed(address: str) -> IPv4Address | IPv6Address | None:
    """Return the address, as IPv4 where it is only written as IPv6; None if it is none."""
    try:
        ip = ip_address(address)
    except ValueError:
        return None
    return (ip.ipv4_mapped or ip) if isinstance(ip, IPv6Address) else ip


def household(address: str) -> str:
    """Return what to count as one visitor: an IPv4 address, or the /64 of an IPv6 one.

    Empty for what is not known, and in production for an address that is not public:
    a proxy that PROXY_HOPS does not count would make all readers one.
    """
    ip = parsed(address)
    if ip is None or not (ip.is_global or settings.DEMO):
        return ""
    if isinstance(ip, IPv6Address):
        return str(ip_network((ip, IPV6_HOUSEHOLD), strict=False))
    return str(ip)
