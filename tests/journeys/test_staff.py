"""The people who keep the catalogue: each in their part of the admin, in a real browser."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.journeys.conftest import on_desktop_and_phone, with_and_without_javascript
from tests.journeys.reader import DESKTOP, PHONE
from tests.journeys.shop import STAFF_PASSWORD

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
# Django's own: its bars at the top and the side, and its filters.
NOT_OURS = [".breadcrumbs", "#nav-sidebar", "#changelist-filter", "#toolbar", "#header"]
SEES = {
    "editor": ["Books", "Contributors", "Price and stock"],
    "orders": ["Orders", "Parcels", "Price and stock"],
    "shipping": ["Zones", "Interruptions", "Countries"],
    "newsletter": ["Subscribers", "Followers of authors"],
}
SEES["owner"] = sorted(
    {name for names in SEES.values() for name in names} | {"Users", "Groups"}
)


@pytest.fixture
def sign_in(reader):
    """Sign in as somebody with a role; return them at the admin's first page."""

    def sign_in(role):
        reader.opens("/admin/")
        reader.page.get_by_label("Email address").fill(f"{role}@meridian.example")
        reader.page.get_by_label("Password").fill(STAFF_PASSWORD)
        reader.presses("Log in")
        return reader

    return sign_in


def faults(page):
    """What axe finds wrong with what this page adds to Django's."""
    options = {
        "runOnly": {"type": "tag", "values": RULES},
        "resultTypes": ["violations"],
        "preload": False,  # It would read styles in a way that the policy forbids.
    }
    context = {"exclude": [[part] for part in NOT_OURS]}
    found = Axe().run(page, context=context, options=options).response["violations"]
    return [f"{rule['id']}: {node['html'][:150]}" for rule in found for node in rule["nodes"]]


def row(reader, path, number=0):
    """Open a row of a list."""
    reader.opens(path)
    name = reader.page.locator("#result_list tbody th a").nth(number).text_content()
    reader.follows(name, exact=True)


@pytest.mark.parametrize("role", SEES)
def test_each_role_finds_its_part_and_no_other(sign_in, role):
    staff = sign_in(role)

    content = staff.page.locator("#content-main")
    for name in {name for names in SEES.values() for name in names}:
        shown = content.get_by_role("link", name=name, exact=True)
        expect(shown).to_have_count(1 if name in SEES[role] else 0)
    expect(staff.page.get_by_role("heading", name="What needs attention")).to_be_visible()


@with_and_without_javascript
def test_a_delivery_is_entered_and_a_stock_take_corrects_it(sign_in, javascript):
    staff = sign_in("orders")
    row(staff, "/admin/partner/stockrecord/?q=walls+and+bars", -1)
    staff.fills(Add_or_take_copies="20", Reason="Delivery")
    staff.presses("Save and continue editing")
    staff.sees(re.compile(r"There were \d+ copies and are \d+ now \(\+20\)"))

    staff.page.get_by_label("Or: counted on the shelf").fill("7")
    staff.presses("Save and continue editing")

    staff.sees(re.compile(r"copies and are 7 now"))
    expect(staff.page.locator("#stock-history")).to_be_visible()
    staff.sees("Stock-take")


@with_and_without_javascript
@on_desktop_and_phone
def test_a_wrong_price_is_put_back(sign_in, javascript, width):
    staff = sign_in("editor")
    row(staff, "/admin/partner/stockrecord/?q=year+one+of")
    was = staff.page.get_by_label("Price in USD").input_value()
    staff.fills(Price_in_USD="1.49")
    staff.presses("Save and continue editing")
    staff.sees("The price is USD 1.49 now.")

    staff.follows(f"Restore USD {was}")
    staff.sees("Orders keep the price at which they were placed.")
    staff.presses("Restore the price")

    staff.sees(f"The price is {was} again.")
    assert staff.page.get_by_label("Price in USD").input_value() == was


@with_and_without_javascript
def test_two_records_of_one_person_are_merged(sign_in, javascript):
    staff = sign_in("editor")
    twin = f"Aleksandra Kollontaj {'with' if javascript else 'without'}"
    staff.opens("/admin/catalogue/contributor/add/")
    staff.page.locator("#id_name").fill(twin)
    staff.page.locator("#id_sort_name").fill(twin)
    staff.page.locator("#id_slug").fill(twin.lower().replace(" ", "-"))
    staff.presses("Save", exact=True)
    row(staff, "/admin/catalogue/contributor/?q=kollontai")

    staff.follows("Merge with another")
    staff.page.get_by_label("Look for the other one").fill("kollontaj")
    staff.presses("Search")
    staff.page.get_by_label(re.compile(twin)).check()
    staff.presses("Next")
    staff.sees("This cannot be undone.")
    staff.presses("Merge them")

    staff.sees(f"{twin} was merged into Alexandra Kollontai.")
    staff.opens(f"/authors/{twin.lower().replace(' ', '-')}/")
    staff.sees_title("Alexandra Kollontai")
    staff.sees(re.compile("Also known as .*Kollontaj"))


@pytest.mark.parametrize(
    ("width", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop", "phone, dark"]
)
def test_the_pages_of_staff_break_no_rule(new_reader, width, scheme):
    staff = new_reader(width=width, scheme=scheme)
    staff.opens("/admin/")
    staff.page.get_by_label("Email address").fill("owner@meridian.example")
    staff.page.get_by_label("Password").fill(STAFF_PASSWORD)
    staff.presses("Log in")
    found = {}

    def look():
        found[staff.page.url] = faults(staff.page)

    look()
    staff.opens("/admin/partner/stockrecord/")
    look()
    row(staff, "/admin/partner/stockrecord/?q=walls")
    look()
    staff.opens("/admin/partner/stockrecord/import/")
    look()
    row(staff, "/admin/catalogue/contributor/?q=marx")
    staff.follows("Merge with another")
    look()
    staff.opens(f"{staff.page.url}?q=e")
    look()
    staff.page.locator("input[name=other]").first.check()
    staff.presses("Next")
    look()

    assert {page: wrong for page, wrong in found.items() if wrong} == {}
