"""A reader without a browser: cookies, forms, and a network that may fail."""

import http.client
import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass

from bookstore.demo.stripe import shopper

PATIENCE = 60
OWN = {"Sec-Fetch-Site": "same-origin"}
LONDON = {
    "country": "GB",
    "name": "Ada Reader",
    "line1": "1 Library Lane",
    "line4": "London",
    "postcode": "EC1Y 8SY",
}
_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
_MESSAGE = re.compile(r'<p class="message message--\w+">([^<]*)</p>')
_METHOD = re.compile(r'name="method" value="([^"]*)"')


class Unanswered(Exception):
    """The connection ended without an answer."""


@dataclass(frozen=True)
class Answer:
    """What the shop answered: a status, where it leads (`Location`), its HTML."""

    status: int
    leads_to: str
    text: str

    @property
    def messages(self):
        """What the shop tells the reader above the page."""
        return tuple(_MESSAGE.findall(self.text))


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args):
        """Follow nothing: where the shop leads is the answer."""


class Reader:
    """Somebody with cookies of their own."""

    def __init__(self, shop, email):
        self.email = email
        self.answers = []
        self._base = shop.url
        self._filled = {}
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
            _Stay(),
        )

    def walk_to_review(self, edition):
        """Go from the book to the page on which only Pay is left to press."""
        self.send("/basket/add/", {"edition": edition.pk, "quantity": 1}, OWN)
        self._fill_in("/checkout/", email=self.email)
        self._fill_in("/checkout/address/", **LONDON)
        method = _METHOD.search(self.look("/checkout/shipping/").text)[1]
        self._fill_in("/checkout/shipping/", method=method)
        self._filled = dict(_HIDDEN.findall(self.look("/checkout/review/").text))
        assert "shown" in self._filled
        return self

    def press_pay(self):
        """Press Pay on the review page, for the first time or again; return the answer."""
        return self.send("/checkout/review/", self._filled)

    def pay(self):
        """Press Pay, pay with a good card, and come back to the order; return its page."""
        return self.come_back(shopper.pay_by_card(self.press_pay().leads_to))

    def come_back(self, visit):
        """Follow Stripe's page back to the shop; return the order's page."""
        return self.look(self.look(visit.leads_to).leads_to)

    def look(self, where):
        """Open a page."""
        return self.send(where)

    def send(self, where, fields=None, headers=None):
        """Send a form, or open a page; return the answer.

        :raises Unanswered: if the connection ends without one.
        """
        request = urllib.request.Request(
            urllib.parse.urljoin(self._base, where),
            data=None if fields is None else urllib.parse.urlencode(fields).encode(),
            headers=headers or {},
        )
        try:
            with self._opener.open(request, timeout=PATIENCE) as answer:
                return self._keep(answer.status, answer)
        except urllib.error.HTTPError as answer:
            with answer:
                return self._keep(answer.code, answer)
        except (OSError, http.client.HTTPException) as reason:
            raise Unanswered from reason

    def _fill_in(self, where, **fields):
        page = self.look(where)
        answer = self.send(where, dict(_HIDDEN.findall(page.text)) | fields)
        assert answer.status == 302, answer.text

    def _keep(self, status, answer):
        kept = Answer(status, answer.headers.get("Location", ""), answer.read().decode())
        self.answers.append(kept)
        return kept
