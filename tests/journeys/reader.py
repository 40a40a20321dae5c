"""A reader at a browser, who looks at every page for what must never be wrong."""

import re
from itertools import count
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from bookstore.demo import STAFF
from tests.journeys.shop import SECRETS

DESKTOP, PHONE, NARROWEST = 1280, 390, 320
HEIGHT = 844
POSTAL_CODES = {
    "Austria": "1010",
    "Belgium": "1000",
    "Czechia": "100 00",
    "Denmark": "1050",
    "Finland": "00100",
    "Germany": "10117",
    "Greece": "151 24",
    "Luxembourg": "4750",
    "Netherlands": "1012 JS",
    "Poland": "00-001",
}
GOOD_CARD, DECLINED_CARD = "4242424242424242", "4000000000000002"

# Chromium tells the console of every answer from 400; `Watch` looks at the answers itself.
ANSWER_FROM_400 = re.compile(r"Failed to load resource: the server responded with a status")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

_serial = count(1)


class Watch:
    """Takes down what goes wrong behind the pages of a browser."""

    def __init__(self, context, origins):
        self.problems = []
        self.requests = []
        self._origins = origins
        context.on("request", self._ask)
        context.on("response", self._answer)
        context.on("console", self._console)
        context.on("weberror", self._script)

    def check(self):
        """Fail if anything went wrong since the last check."""
        found, self.problems = self.problems, []
        assert found == []

    def _ask(self, request):
        self.requests.append(request)
        where = urlsplit(request.url)
        if where.scheme != "data" and f"{where.scheme}://{where.netloc}" not in self._origins:
            self.problems.append(f"asks another host: {request.url}")

    def _answer(self, response):
        is_page = response.request.resource_type == "document"
        if response.status >= 500 or (response.status >= 400 and not is_page):
            self.problems.append(f"answers {response.status}: {response.url}")

    def _script(self, error):
        self.problems.append(f"script: {error.error}")

    def _console(self, message):
        if message.type in {"error", "warning"} and not ANSWER_FROM_400.match(message.text):
            self.problems.append(f"console: {message.text}")


class Reader:
    """Somebody who reads, clicks and types. Every page is looked at once it is there."""

    def __init__(self, context, shop, *, has_javascript=True, audits=False):
        """Sit down at a browser; who `audits` runs axe on each page."""
        self.context = context
        self.shop = shop
        self.has_javascript = has_javascript
        self.audits = audits
        self.watch = Watch(context, shop.origins)
        self.page = context.new_page()
        self.email = f"reader-{next(_serial)}@example.org"

    def opens(self, path):
        """Open an address of the shop, or a whole one; return the answer."""
        response = self.page.goto(path if "://" in path else self.shop.url + path)
        self.looks()
        return response

    def follows(self, name, **where):
        """Follow a link."""
        self._goes(self.page.get_by_role("link", name=name, **where).first.click)

    def presses(self, name, **where):
        """Press a button that leads to a page."""
        self._goes(self.page.get_by_role("button", name=name, **where).first.click)

    def goes_back(self):
        """Press the browser's back button."""
        self.page.go_back()
        self.looks()

    def hits_enter(self):
        """Press the Enter key where it leads to a page."""
        self._goes(lambda: self.page.keyboard.press("Enter"))

    def fills(self, **fields):
        """Fill in fields by their labels, `_` for each blank."""
        for label, value in fields.items():
            self.page.get_by_label(label.replace("_", " ")).fill(value)

    def sees(self, text):
        """Wait for a text, or fail."""
        expect(self.page.get_by_text(text).first).to_be_visible()

    def sees_title(self, text):
        """Wait for the page with this main heading, or fail."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(text)

    def looks(self):
        """Fail if the page scrolls sideways, or went wrong in a way no reader may meet."""
        assert self._is_too_wide() == ""
        if self.page.viewport_size["width"] == PHONE:
            self.page.set_viewport_size({"width": NARROWEST, "height": HEIGHT})
            assert self._is_too_wide() == ""
            self.page.set_viewport_size({"width": PHONE, "height": HEIGHT})
        if self.audits:
            assert violations(self.page) == []
        self.watch.check()

    # What readers do in this shop.

    def adds(self, book, *, edition=None, copies=None):
        """Put a book into the basket from its page."""
        self.opens(f"/books/{book}/{edition}/" if edition else f"/books/{book}/")
        if copies is not None:
            self.page.get_by_label("Quantity").fill(str(copies))
        self.presses("Add to basket", exact=True)

    def goes_to_checkout(self):
        """Go from the basket to the first step and answer it."""
        self.opens("/basket/")
        self.follows("Go to checkout")
        self.page.get_by_label("E-mail address").fill(self.email)
        self.presses("Continue")

    def gives_address(self):
        """Let the parcel go to the United States, the country that is chosen already."""
        self.fills(Full_name="Rosa Reader", Street_and_number="1 Library Lane", City="Boston")
        self.page.get_by_label("State").select_option(label="Massachusetts")
        self.fills(ZIP_code="02108")
        self.presses("Continue to shipping")

    def gives_address_abroad(self):
        """Let the parcel go to the United Kingdom, which asks for other fields."""
        self.chooses_country("United Kingdom")
        self.fills(Full_name="Rosa Reader", Street_and_number="1 Marx Lane", Town="London")
        self.fills(Postcode="EC1Y 8SY")
        self.presses("Continue to shipping")

    def gives_address_on_the_continent(self, country):
        """Let the parcel go to a country that asks for a postcode and a city."""
        self.chooses_country(country)
        self.fills(Full_name="Rosa Reader", Street_and_number="1 Long Street", City="Harbour")
        self.page.get_by_label("Postcode").fill(POSTAL_CODES[country])
        self.presses("Continue to shipping")

    def chooses_country(self, name):
        """Choose a country; without scripts a button brings its fields."""
        if self.has_javascript:
            self._goes(lambda: self.page.get_by_label("Country").select_option(label=name))
            return
        self.page.get_by_label("Country").select_option(label=name)
        self.presses("Show the fields for this country")

    def chooses_shipping(self, name="Standard"):
        """Choose how the parcel goes."""
        self.page.get_by_role("radio", name=name).check()
        self.presses("Continue to review")

    def comes_to_review(self):
        """Answer all steps of the checkout for what is in the basket."""
        self.goes_to_checkout()
        self.gives_address()
        self.chooses_shipping()

    def signs_in_as_staff(self):
        """Sign in at the admin, as whom the demo made."""
        self.opens("/admin/login/")
        self.fills(Email=STAFF, Password=SECRETS["DEMO_STAFF_PASSWORD"])
        self.presses("Log in")

    def fills_card(self, number=GOOD_CARD):
        """Fill in the form of the payment page."""
        self.page.get_by_label("Card number").fill(number)
        self.page.get_by_label("Expires").fill("12 / 40")
        self.page.get_by_label("Security code").fill("123")
        self.page.get_by_label("Name on card").fill("Rosa Reader")

    def pays(self, number=GOOD_CARD):
        """Pay on the payment page."""
        self.fills_card(number)
        self.presses(re.compile(r"^Pay \S+$"))

    def _goes(self, act):
        with self.page.expect_navigation():
            act()
        self.looks()

    def _is_too_wide(self):
        """Name what sticks out to the right, or nothing."""
        return self.page.evaluate(STICKS_OUT)


STICKS_OUT = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return "";
  const wide = [...document.querySelectorAll("body *")].filter(
    (one) => one.getBoundingClientRect().right > root.clientWidth + 1
  );
  const names = wide.map((one) => `${one.tagName.toLowerCase()}.${one.className}`);
  return `${location.pathname} scrolls sideways at ${root.clientWidth}: ${names.slice(0, 5)}`;
}"""


def violations(page, rules=RULES, *, preload=True):
    """Return what axe finds wrong with a page: the rule, and where.

    Without `preload` axe does not rebuild the styles of a page that imports some in
    others, for which the page's policy would tell the console off.
    """
    options = {
        "runOnly": {"type": "tag", "values": rules},
        "resultTypes": ["violations"],
        "preload": preload,
    }
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{rule['id']} at {urlsplit(page.url).path}: {node['target']} {node['html'][:200]}"
        for rule in found
        for node in rule["nodes"]
    ]
