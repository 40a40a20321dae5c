"""Journeys: readers in a real browser, in a real shop, from the front page to the mail.

The shop is a process of its own (gunicorn, as in production) with a database of its own,
copied from the test database and filled with the demo's books; Stripe's stand-in runs
beside the tests. All journeys of a process share that shop and nothing is flushed between
them: what keeps them apart is a new browser context, with no cookies, and a new e-mail
address for every reader. A journey that sells the last copy or changes a price takes an
edition that no other journey touches.

Playwright runs an event loop in the thread of the tests, in which Django would refuse all
queries; the browser therefore closes after the last journey, before tests elsewhere, and
journeys ask the database without Django.
"""

import os

import pytest
from playwright.sync_api import expect, sync_playwright

from bookstore.demo.browser import find_browser

# Their asserts are to say what they compared, as those of the tests do.
pytest.register_assert_rewrite("tests.journeys.reader", "tests.journeys.shop")

from tests.journeys.reader import DESKTOP, HEIGHT, PHONE, Reader  # noqa: E402
from tests.journeys.shop import open_shop  # noqa: E402

ARGUMENTS = [
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 15_000  # milliseconds: two workers may share one slow core
expect.set_options(timeout=PATIENCE)

with_and_without_javascript = pytest.mark.parametrize(
    "javascript", [True, False], ids=["javascript on", "javascript off"]
)
on_desktop_and_phone = pytest.mark.parametrize(
    "width", [DESKTOP, PHONE], ids=["desktop", "phone"]
)


@pytest.fixture(scope="package")
def shop(django_db_setup, tmp_path_factory):
    """The shop that all journeys of this process share."""
    with open_shop(tmp_path_factory.mktemp("shop")) as shop:
        yield shop


@pytest.fixture(scope="package")
def browser():
    # Chromium's sandbox refuses to run as root.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    program = find_browser()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=[*ARGUMENTS, *sandbox]
        )
        yield browser
        browser.close()


@pytest.fixture
def new_reader(shop, browser):
    """Return what brings in a reader with a browser of their own."""
    readers = []

    def new_reader(*, javascript=True, width=DESKTOP, scheme="light", audits=False):
        context = browser.new_context(
            java_script_enabled=javascript,
            viewport={"width": width, "height": HEIGHT},
            color_scheme=scheme,
            # No page glides to where it is going while a test looks.
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        readers.append(Reader(context, shop, has_javascript=javascript, audits=audits))
        return readers[-1]

    yield new_reader
    for reader in readers:
        reader.context.close()
    for reader in readers:
        reader.watch.check()


@pytest.fixture
def javascript():
    """Whether scripts run; `with_and_without_javascript` asks for both."""
    return True


@pytest.fixture
def width():
    """How wide the window is; `on_desktop_and_phone` asks for both."""
    return DESKTOP


@pytest.fixture
def reader(new_reader, javascript, width):
    """A reader who comes for the first time."""
    return new_reader(javascript=javascript, width=width)
