"""Fetch a picture from one of the hosts that the shop allows, and from nowhere else.

A message is somebody else's text: a link in it must not make the shop ask its own network.
Only https is spoken, only to hosts of the list, and only to addresses that are public; the
address that was looked at is the one that is connected to.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import SplitResult, urljoin, urlsplit

PORT = 443
MOST_BYTES = 10_000_000
MOST_REDIRECTS = 3
SECONDS_TO_ANSWER = 10
SECONDS_IN_ALL = 30
TRANSLATION = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052
LOCAL_TRANSLATION = ipaddress.ip_network("64:ff9b:1::/48")  # RFC 8215
TYPES = {"image/jpeg", "image/png", "image/webp"}
REDIRECTS = {301, 302, 303, 307, 308}


class NotFetched(Exception):
    """The picture was not taken; the text says why."""


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the internet and not to a network of one's own."""
    parsed = ipaddress.ip_address(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed in LOCAL_TRANSLATION:
            return False
        # The forms in which an IPv6 address stands for one of IPv4.
        inner = parsed.ipv4_mapped or parsed.sixtofour
        if parsed in TRANSLATION:
            inner = ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)
        if inner is not None:
            return inner.is_global and not inner.is_multicast
    return parsed.is_global and not parsed.is_multicast


@dataclass(frozen=True)
class Fetcher:
    """What may be fetched; the last three are the defaults but in tests."""

    hosts: frozenset[str]
    port: int = PORT
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    allows: Callable[[str], bool] = is_public

    def fetch(self, link: str) -> bytes:
        """Return the bytes of a picture.

        :raises NotFetched: if the link leads anywhere it should not, or to no picture.
        """
        try:
            return self._follow(link)
        except (OSError, http.client.HTTPException, ValueError) as error:
            reason = str(error) or type(error).__name__
            message = f"{_host(link)} does not give it out: {reason}"
            raise NotFetched(message) from error

    def _follow(self, link: str) -> bytes:
        for _ in range(MOST_REDIRECTS + 1):
            parts = self._checked(link)
            with self._answer(parts) as answer:
                if answer.status not in REDIRECTS:
                    return _content(answer)
                link = urljoin(link, answer.headers.get("Location", ""))
        message = f"more than {MOST_REDIRECTS} redirects"
        raise NotFetched(message)

    def _checked(self, link: str) -> SplitResult:
        parts = urlsplit(link)
        if parts.scheme != "https":
            message = f"{link[:100]}: not an https address"
            raise NotFetched(message)
        if parts.hostname not in self.hosts:
            message = f"{parts.hostname} is not in ONIX_COVER_HOSTS"
            raise NotFetched(message)
        if parts.username is not None or parts.port not in {None, self.port}:
            message = "an address with a login or another port is not asked"
            raise NotFetched(message)
        return parts

    @contextlib.contextmanager
    def _answer(self, parts: SplitResult) -> Iterator[http.client.HTTPResponse]:
        host = str(parts.hostname)
        raw = socket.create_connection((self._address(host), self.port), SECONDS_TO_ANSWER)
        line = self.context.wrap_socket(
            raw, server_hostname=host, do_handshake_on_connect=False
        )
        # A host that sends a byte now and then would hold up the import for ever.
        alarm = threading.Timer(SECONDS_IN_ALL, _hang_up, [line])
        alarm.daemon = True
        alarm.start()
        connection = http.client.HTTPSConnection(host, self.port, context=self.context)
        try:
            line.do_handshake()
            connection.sock = line
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            headers = {"Accept": ", ".join(sorted(TYPES)), "Accept-Encoding": "identity"}
            connection.request("GET", path, headers=headers)
            yield connection.getresponse()
        finally:
            alarm.cancel()
            connection.close()
            line.close()

    def _address(self, host: str) -> str:
        """Return the address to connect to.

        :raises NotFetched: if any address of the host is not public.
        """
        found = socket.getaddrinfo(host, self.port, type=socket.SOCK_STREAM)
        addresses = [str(entry[4][0]) for entry in found]
        for address in addresses:
            if not self.allows(address):
                message = f"{host} is at {address}, which is no public address"
                raise NotFetched(message)
        return addresses[0]


def _hang_up(line: ssl.SSLSocket) -> None:
    with contextlib.suppress(OSError):
        # The plain socket's: that of TLS would take itself apart under the reader's hands.
        socket.socket.shutdown(line, socket.SHUT_RDWR)


def _content(answer: http.client.HTTPResponse) -> bytes:
    if answer.status != HTTPStatus.OK:
        message = f"the answer is {answer.status} {answer.reason}"
        raise NotFetched(message)
    kind = answer.headers.get_content_type()
    if kind not in TYPES:
        message = f"the answer is {kind}, not a JPEG, PNG or WebP picture"
        raise NotFetched(message)
    content = answer.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        message = f"it has more than {MOST_BYTES // 1_000_000} MB"
        raise NotFetched(message)
    return content


def _host(link: str) -> str:
    try:
        return urlsplit(link).hostname or "the link"
    except ValueError:
        return "the link"
