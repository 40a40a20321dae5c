"""A reader at the hosted page, without a browser: for tests and for load.

>>> visit = shopper.pay_by_card(session.url, number="4000000000000002")
>>> visit.status
402
"""

import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from email.message import Message

from bookstore.demo.stripe.checkout import PAYS


@dataclass(frozen=True)
class Visit:
    """What the page answered: a status, where it leads (`Location`), its HTML."""

    status: int
    leads_to: str
    text: str


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: object, **_kwargs: object) -> None:
        """Follow nothing: where the page leads is the answer."""


def look(url: str) -> Visit:
    """Open the page."""
    return _open(url, None)


def pay_by_card(url: str, *, number: str = "4242424242424242", **fields: str) -> Visit:
    """Fill in the card's form and send it; `fields` replace what a careful reader enters."""
    filled = {
        "email": "reader@example.org",
        "number": number,
        "expiry": "12 / 40",
        "cvc": "123",
        "name": "Ada Reader",
    }
    return _open(url, filled | fields)


def pay_by_debit(url: str, *, account: str = PAYS) -> Visit:
    """Send the bank debit's form."""
    filled = {"email": "reader@example.org", "name": "Ada Reader", "account": account}
    return _open(f"{url}/debit", filled)


def answer_bank(url: str, *, is_owner: bool = True) -> Visit:
    """Press `Complete` or `Fail` at the bank's question (3-D Secure)."""
    return _open(f"{url}/bank", {"answer": "complete" if is_owner else "fail"})


def _open(url: str, fields: dict[str, str] | None) -> Visit:
    if not url.startswith("http://127.0.0.1:"):
        message = f"{url} is not a stand-in's page"
        raise ValueError(message)
    data = None if fields is None else urllib.parse.urlencode(fields).encode()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Stay())
    try:
        with opener.open(url, data=data, timeout=10) as answer:
            return _visit(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return _visit(error.code, error.headers, error.read())


def _visit(status: int, headers: Message, body: bytes) -> Visit:
    return Visit(status, headers.get("Location", ""), body.decode())
