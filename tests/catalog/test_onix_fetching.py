"""A cover is fetched from allowed hosts at public addresses, and from nowhere else."""

import socket
import threading

import pytest

from catalog.onix import fetching
from catalog.onix.fetching import Fetcher, NotFetched, is_public
from tests.catalog.onix.picture_host import picture, picture_host, trusting

HOST = "covers.example"
JPEG = {"Content-Type": "image/jpeg"}
PICTURE = picture()
ANSWERS = {
    "/good.jpg": (200, JPEG, PICTURE),
    "/moved": (302, {"Location": "/good.jpg"}, b""),
    "/round": (302, {"Location": "/round"}, b""),
    "/away": (302, {"Location": "https://internal.example/x.jpg"}, b""),
    "/down": (302, {"Location": f"http://{HOST}/good.jpg"}, b""),
    "/file": (302, {"Location": "file:///etc/passwd"}, b""),
    "/page": (200, {"Content-Type": "text/html"}, b"<p>"),
    "/huge.jpg": (200, JPEG, b"x" * (fetching.MOST_BYTES + 1)),
}


@pytest.fixture
def names(monkeypatch):
    """Names of the tests, all at this machine unless told otherwise."""
    known = {HOST: "127.0.0.1", "other.example": "127.0.0.1"}
    look_up = socket.getaddrinfo

    def found(host, port, *args, **kwargs):
        return look_up(known.get(host, host), port, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", found)
    return known


@pytest.fixture
def fetch(names):
    """What fetches from the host of the tests, whose address is let through."""
    with picture_host(ANSWERS) as (port, asked):

        def fetch(link, **options):
            fetcher = Fetcher(
                frozenset([HOST]),
                port=port,
                context=trusting(),
                **{"allows": lambda address: address == "127.0.0.1", **options},
            )
            return fetcher.fetch(link)

        fetch.asked, fetch.port = asked, port
        yield fetch


@pytest.mark.parametrize("path", ["/good.jpg", "/moved"])
def test_a_picture_is_fetched(fetch, path):
    assert fetch(f"https://{HOST}{path}") == PICTURE


REFUSED = {
    "plain http": (f"http://{HOST}/good.jpg", "not an https address"),
    "a file": ("file:///etc/passwd", "not an https address"),
    "another host": ("https://other.example/good.jpg", "is not in ONIX_COVER_HOSTS"),
    "an address instead of a name": ("https://127.0.0.1/good.jpg", "is not in ONIX_COVER"),
    "a login": (f"https://me@{HOST}/good.jpg", "with a login or another port"),
    "another port": (f"https://{HOST}:22/good.jpg", "with a login or another port"),
    "a redirect to another host": (f"https://{HOST}/away", "internal.example is not in"),
    "a redirect to http": (f"https://{HOST}/down", "not an https address"),
    "a redirect to a file": (f"https://{HOST}/file", "not an https address"),
    "a redirect in a circle": (f"https://{HOST}/round", "more than 3 redirects"),
    "nothing there": (f"https://{HOST}/nothing.jpg", "the answer is 404"),
    "a page": (f"https://{HOST}/page", "the answer is text/html"),
    "too much": (f"https://{HOST}/huge.jpg", "more than 10 MB"),
    "no link at all": ("https://[", "does not give it out"),
    "a line break": (f"https://{HOST}/a b.jpg", "does not give it out"),
}


@pytest.mark.parametrize(("link", "reason"), REFUSED.values(), ids=REFUSED)
def test_anything_else_is_refused_with_its_reason(fetch, link, reason):
    with pytest.raises(NotFetched, match=reason):
        fetch(link)


def test_an_allowed_name_at_a_private_address_is_not_asked(fetch):
    with pytest.raises(NotFetched, match=r"127\.0\.0\.1, which is no public address"):
        fetch(f"https://{HOST}/good.jpg", allows=is_public)

    assert fetch.asked == []


def test_a_certificate_for_another_name_is_refused(fetch, names):
    names["stranger.example"] = "127.0.0.1"

    with pytest.raises(NotFetched, match=r"stranger\.example does not give it out"):
        Fetcher(
            frozenset(["stranger.example"]),
            port=fetch.port,
            context=trusting(),
            allows=lambda address: True,
        ).fetch("https://stranger.example/good.jpg")


def test_a_host_that_drips_is_hung_up_on(names, monkeypatch):
    monkeypatch.setattr(fetching, "SECONDS_IN_ALL", 0.3)
    silent = socket.create_server(("127.0.0.1", 0))
    held = []
    thread = threading.Thread(target=lambda: held.append(silent.accept()), daemon=True)
    thread.start()

    with silent, pytest.raises(NotFetched, match="does not give it out"):
        Fetcher(
            frozenset([HOST]), port=silent.getsockname()[1], allows=lambda address: True
        ).fetch(f"https://{HOST}/x.jpg")

    thread.join()
    held[0][0].close()


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "0.0.0.0"),
        *("100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "fe80::1", "fc00::1"),
        *(
            "::ffff:10.0.0.1",
            "::ffff:127.0.0.1",
            "2002:7f00:1::",
            "64:ff9b:1::1",
            "64:ff9b::7f00:1",
            "ff02::1",
        ),
    ],
)
def test_addresses_of_ones_own_networks_are_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_addresses_of_the_internet_are_public(address):
    assert is_public(address)
