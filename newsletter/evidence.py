"""Say where a request came from, no more exactly than proof of consent needs."""

from ipaddress import ip_network
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import reverse

from bookstore import visitor
from newsletter.models import Consent
from newsletter.subscriptions import Evidence

LONGEST_PAGE = Consent._meta.get_field("page").max_length
KEPT_BITS = {4: 24, 6: 48}


def of(request: HttpRequest, *, page: str) -> Evidence:
    """Return where an act on a page came from."""
    return Evidence(page=page, network=network(visitor.address(request)))


def network(address: str) -> str:
    """Return an IP address with its last part cut off (/24, or /48 in IPv6)."""
    ip = visitor.parsed(address)
    if ip is None:
        return ""
    return str(ip_network((ip, KEPT_BITS[ip.version]), strict=False))


def page_before(request: HttpRequest) -> str:
    """Return the path of the page that the form was on, without query and tokens."""
    try:
        path = urlsplit(request.headers.get("Referer", "")).path
    except ValueError:
        return ""
    own = reverse("newsletter:signup")
    # The links in our mails hold a token, which is not ours to keep as evidence.
    path = own if path.startswith(own) else path
    return path.replace("\0", "")[:LONGEST_PAGE]
