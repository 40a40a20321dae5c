"""No page of shipping in the admin breaks a rule that a machine can check (axe)."""

import pytest

from tests.journeys.reader import violations
from tests.journeys.test_accessibility import in_two_looks

# What Django's admin writes by itself: the hint of a list of choices, the head of a column
# that holds nothing, the picture that labels the search.
OF_DJANGO = ["help-tooltip", 'class="original"', 'id="searchbar"']
ADMIN = "/admin/shipping"
PAGES = [
    f"{ADMIN}/zone/",
    f"{ADMIN}/method/",
    f"{ADMIN}/interruption/",
    f"{ADMIN}/zone/add/",
    f"{ADMIN}/method/add/",
    f"{ADMIN}/interruption/add/",
    f"{ADMIN}/zone/problems/",
    f"{ADMIN}/zone/rates/",
    f"{ADMIN}/zone/try/?country=GB&postcode=BT1+5GS&grams=680",
    f"{ADMIN}/zone/try/?country=GB&book_1=my+life",
    "/admin/address/country/?q=lux",
]
MOON = "Moon,AQ,You may have to pay duty.,Rocket,300,900,10.00,,,1000,9000.00\n"


@pytest.fixture
def scheme():
    """Which colours the system of staff asks for."""
    return "light"


@pytest.fixture
def staff(new_reader, width, scheme):
    staff = new_reader(width=width, scheme=scheme)
    staff.signs_in_as_staff()
    return staff


def audit(staff):
    found = violations(staff.page, preload=False)
    assert [each for each in found if not any(own in each for own in OF_DJANGO)] == []


def show_changes(staff, table):
    staff.opens(f"{ADMIN}/zone/rates/")
    staff.page.get_by_label("Table of rates").set_input_files(
        {"name": "new.csv", "mimeType": "text/csv", "buffer": table.encode()}
    )
    staff.presses("Show what would change")


@in_two_looks
def test_no_page_of_shipping_in_the_admin_breaks_a_rule(staff, shop):
    for path in PAGES:
        staff.opens(path)
        audit(staff)

    rates = staff.context.request.get(f"{shop.url}{ADMIN}/zone/rates.csv").text()
    show_changes(staff, rates + MOON)
    staff.sees("What new.csv would change")
    audit(staff)
    show_changes(staff, rates + MOON.replace("AQ", "XX"))
    staff.sees("Nothing was taken from this file")
    audit(staff)

    with shop.notice("suspended", "PT", "No ships.") as notice:
        for path in [
            f"{ADMIN}/interruption/{notice}/change/",
            f"/admin/order/order/held/{notice}/",
        ]:
            staff.opens(path)
            audit(staff)
