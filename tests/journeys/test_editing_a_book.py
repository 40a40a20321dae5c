"""An editor at work in a real browser: a new book, a price put right, a mistake undone."""

import os
import re
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from bookstore.demo import STAFF
from tests.journeys.conftest import with_and_without_javascript
from tests.journeys.reader import DESKTOP, PHONE, RULES, violations
from tests.journeys.shop import STAFF_PASSWORD

BOOKS = "/admin/catalogue/product/"
WCAG = [rule for rule in RULES if rule.startswith("wcag")]
SHOTS = os.environ.get("SHOTS")


class Editor:
    """Somebody of the staff at the page of a book."""

    def __init__(self, reader):
        self.reader = reader
        self.page = reader.page
        self.page.goto(f"{reader.shop.url}/admin/login/?next={BOOKS}")
        self.page.get_by_label("Email address").fill(STAFF)
        self.page.get_by_label("Password").fill(STAFF_PASSWORD)
        self.page.get_by_role("button", name="Log in").click()

    def opens(self, path):
        self.page.goto(self.reader.shop.url + path)

    def opens_book(self, title):
        self.opens(f"{BOOKS}?q={title}")
        self.page.locator(".field-name").get_by_role("link", name=title, exact=True).click()

    def fills(self, **fields):
        for label, value in fields.items():
            self.page.locator(f"[name='{label}']").fill(value)

    def presses_save(self):
        self.page.get_by_role("button", name="Save and continue editing").first.click()

    def saves(self):
        with self.page.expect_navigation():
            self.presses_save()

    def previews(self):
        """Press the button; return the page that opens in a new tab."""
        with self.page.context.expect_page() as opened:
            self.page.get_by_role("button", name="Preview", exact=True).click()
        tab = opened.value
        tab.wait_for_load_state()
        return tab

    def audit(self):
        """Return what axe finds; it tries styles that the pages' policy forbids."""
        self.page.wait_for_load_state()
        self.reader.watch.check()
        found = violations(self.page, WCAG)
        self.reader.watch.problems.clear()
        return found

    def shot(self, name, page=None):
        if SHOTS:
            page = page or self.page
            size = page.viewport_size
            page.set_viewport_size({**size, "height": 5200 if "work" in name else 2600})
            page.screenshot(path=Path(SHOTS) / f"{name}.png")
            page.set_viewport_size(size)


@pytest.fixture
def editor(reader):
    editor = Editor(reader)
    yield editor
    reader.watch.check()


def a_picture(colour="red"):
    file = BytesIO()
    Image.new("RGB", (400, 600), colour).save(file, "PNG")
    return {"name": f"{colour}.png", "mimeType": "image/png", "buffer": file.getvalue()}


@with_and_without_javascript
def test_a_book_is_made_from_nothing_to_on_sale_on_one_page(editor, reader, javascript):
    name = f"A Book Made {'With' if javascript else 'Without'} Scripts"
    slug = name.lower().replace(" ", "-")
    editor.opens(f"{BOOKS}add/")
    editor.fills(title=name, description="It is *new*,\n\n- and has\n- a list")
    editor.page.locator("[name='children-0-publication_type']").select_option("paperback")
    editor.fills(**{"children-0-price": "12.50", "children-0-added": "2"})
    if javascript:
        group = editor.page.locator("#contributions-group")
        group.get_by_role("button", name=re.compile("Add another")).click()
        group.locator(".select2-selection").first.click()
        editor.page.locator(".select2-search__field").fill("trotsky")
        editor.page.get_by_role("option", name=re.compile("Trotsky")).first.click()

    look = editor.previews()
    expect(look.get_by_text("nothing of this is saved")).to_be_visible()
    expect(look.get_by_role("heading", level=1)).to_have_text(name)
    expect(look.get_by_text("only 2 left")).to_be_visible()
    editor.shot(f"preview-{javascript}", look)
    look.close()
    assert reader.page.request.get(f"{reader.shop.url}/books/{slug}/").status == 404
    editor.saves()

    expect(editor.page.locator(".messagelist .success")).to_be_visible()
    reader.opens(f"/books/{slug}/")
    reader.sees_title(name)
    reader.sees("$12.50")
    if javascript:
        reader.sees("Leon Trotsky")


def test_a_price_is_put_right_and_the_mistake_undone(editor, reader):
    editor.opens_book("1905")
    price = editor.page.locator("[name='children-0-price']")
    was = price.input_value()
    price.fill("1.00")
    editor.saves()
    reader.opens("/books/1905/")
    reader.sees("$1.00")

    editor.opens_book("1905")
    price.fill(was)
    editor.saves()

    reader.opens("/books/1905/")
    reader.sees(f"${was}")


def test_a_text_is_seen_beside_the_field_while_it_is_written(editor):
    editor.opens_book("My Life")
    editor.page.get_by_role("button", name="Preview: Description").click()
    shown = editor.page.get_by_role("region", name="Description, as readers will see it")
    editor.page.locator("[name='description']").fill("A **bold** word <script>x</script>")

    expect(shown.locator("strong")).to_have_text("bold")
    assert shown.locator("script").count() == 0
    editor.shot("markdown")


def test_contributors_are_moved_by_the_keyboard_and_by_dragging(editor):
    editor.opens_book("My Life")
    group = editor.page.locator("#related_works-group")
    for title in ("1905", "Stalin"):
        group.get_by_role("button", name=re.compile("Add another")).click()
        group.locator(".form-row:not(.empty-form) .select2-selection").last.click()
        editor.page.locator(".select2-search__field").fill(title)
        editor.page.get_by_role("option", name=re.compile(title)).first.click()
    rows = group.locator(".form-row:not(.empty-form)")

    up = rows.nth(1).get_by_role("button", name=re.compile("Move up"))
    up.focus()
    editor.page.keyboard.press("Enter")

    expect(rows.nth(0)).to_contain_text("Stalin")
    expect(group.get_by_role("status")).to_contain_text("is now 1 of 2")
    assert rows.nth(0).locator("[data-place]").input_value() == "0"
    rows.nth(1).locator(".places__handle").drag_to(rows.nth(0))
    expect(rows.nth(0)).to_contain_text("1905")
    editor.shot("places")
    editor.saves()

    expect(editor.page.locator(".messagelist .success")).to_be_visible()
    expect(rows.nth(0)).to_contain_text("1905")
    expect(rows.nth(1)).to_contain_text("Stalin")
    for row in (0, 1):
        rows.nth(row).locator("[name$='DELETE']").check()
    editor.saves()
    expect(rows).to_have_count(0)


def test_several_pictures_come_at_once_and_none_is_lost_without_a_description(editor):
    editor.opens_book("1905")
    pictures = [a_picture("red"), a_picture("green")]
    editor.page.get_by_label("Add pictures").set_input_files(pictures)
    rows = editor.page.locator("#images-group .form-row:not(.empty-form)")
    expect(rows).to_have_count(2)
    rows.nth(1).locator(".field-alt input").fill("A green cover")

    editor.presses_save()

    expect(rows.nth(0).locator(".errorlist")).to_have_text("Say what the picture shows.")
    expect(rows.nth(0).locator(".field-alt input")).to_be_focused()
    editor.shot("pictures")
    rows.nth(0).locator(".field-alt input").fill("A red cover")
    editor.saves()
    expect(editor.page.locator(".messagelist .success")).to_be_visible()
    expect(rows).to_have_count(2)
    for row in (0, 1):
        rows.nth(row).locator("[name$='DELETE']").check()
    editor.saves()
    expect(rows).to_have_count(0)


def test_two_editors_at_one_book_see_each_other(editor, new_reader):
    other = Editor(new_reader())
    for one in (editor, other):
        one.opens_book("My Life")
    was = other.page.locator("[name='pull_quote_source']").input_value()
    other.fills(pull_quote_source="Theirs")
    other.saves()
    editor.fills(pull_quote_source="Mine")

    editor.saves()

    expect(editor.page.get_by_text("Changed by others while you wrote")).to_be_visible()
    expect(editor.page.locator(".meanwhile tbody")).to_contain_text("Theirs")
    editor.shot("meanwhile")
    assert editor.audit() == []
    editor.fills(pull_quote_source=was)
    editor.saves()
    assert editor.page.locator("[name='pull_quote_source']").input_value() == was


@pytest.mark.parametrize(
    ("width", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop", "phone"]
)
def test_no_page_of_an_editor_breaks_a_rule(new_reader, width, scheme):
    editor = Editor(new_reader(width=width, scheme=scheme))
    found = []
    editor.opens_book("My Life")
    editor.shot(f"work-{scheme}")
    found += editor.audit()
    editor.fills(**{"title": "", "children-0-upc": "123"})
    editor.saves()
    editor.shot(f"errors-{scheme}")
    found += editor.audit()
    editor.opens(BOOKS)
    editor.shot(f"list-{scheme}")
    found += editor.audit()
    editor.page.locator("#action-toggle").check()
    editor.page.locator("[name='action']").first.select_option(label="Change prices")
    editor.page.get_by_role("button", name="Go").first.click()
    editor.fills(value="10")
    editor.page.get_by_role("button", name="Show the changes").click()
    expect(editor.page.get_by_text("Nothing is written yet")).to_be_visible()
    editor.shot(f"prices-{scheme}")
    found += editor.audit()
    assert found == []
