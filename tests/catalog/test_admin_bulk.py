"""Actions on many works: every change is shown before it is made."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone
from lxml import html

from catalog.models import Product
from catalog.pricing.models import StockChange
from tests.books import make_edition, make_work, stock_of

pytestmark = pytest.mark.django_db
LIST = reverse("admin:catalogue_product_changelist")


class Action:
    """An action of the list, step by step, as a browser goes through it."""

    def __init__(self, client, name, works):
        self.client = client
        chosen = {"action": name, "_selected_action": [work.pk for work in works], "index": 0}
        self.read(client.post(LIST, chosen))

    def read(self, response):
        self.response = response
        self.tree = html.fromstring(response.text)
        self.text = " ".join(self.tree.text_content().split())

    def press(self, step, **values):
        form = next(
            form
            for form in self.tree.forms
            if form.xpath(f".//button[@name='step' and @value='{step}']")
        )
        sent = {}
        for name, value in form.form_values():
            sent.setdefault(name, []).append(value)
        sent |= {"step": step, **values}
        self.read(self.client.post(LIST, sent, follow=True))
        return self

    @property
    def changes(self):
        rows = self.tree.xpath("//div[contains(@class, 'bulk__changes')]//tbody/tr")
        return [[cell.text_content().strip() for cell in row] for row in rows]

    @property
    def can_write(self):
        return bool(self.tree.xpath("//button[@value='write']"))


@pytest.fixture
def start(admin_client):
    def start(name, *works):
        return Action(admin_client, name, works)

    return start


@pytest.fixture
def books():
    """A paperback at 24.95 with 10 copies, an e-book at 9.99, and one without a price."""
    first = make_edition(title="1905", price="24.95", copies=10)
    digital = make_edition(first.parent, type="epub", price="9.99")
    unpriced = make_edition(title="Stalin", price=None, copies=0)
    return first, digital, unpriced


def price_of(edition):
    return stock_of(edition).price


@pytest.mark.parametrize(
    ("how", "value", "price"),
    [
        ("percent", "-10", "22.46"),
        ("percent", "2.5", "25.57"),
        ("amount", "-0.95", "24.00"),
        ("exact", "19.90", "19.90"),
    ],
)
def test_prices_change_as_they_were_shown(start, books, how, value, price):
    paperback, *_ = books
    action = start("change_prices", paperback.parent)
    action.press("plan", how=how, value=value, types="paperback")

    assert action.changes == [["1905 (Paperback)", "$24.95", f"${price}", ""]]
    assert price_of(paperback) == Decimal("24.95")
    action.press("write")

    assert price_of(paperback) == Decimal(price)
    assert price_of(books[1]) == Decimal("9.99")
    assert "1 edition changed" in action.text
    assert "Changed prices" in LogEntry.objects.get().change_message
    assert Product.objects.get(pk=paperback.parent_id).revision == 1


def test_what_has_no_price_is_said_and_left(start, books):
    paperback, _, unpriced = books
    action = start("change_prices", paperback.parent, unpriced.parent)
    action.press("plan", how="amount", value="-10")

    assert action.changes == [
        ["1905 (Paperback)", "$24.95", "$14.95", ""],
        ["1905 (E-book (EPUB))", "$9.99", "", "$-0.01 is no price."],
        ["Stalin (Paperback)", "none", "", "It has no price yet."],
    ]
    action.press("write")

    prices = [price_of(book) for book in books]
    assert prices == [Decimal("14.95"), Decimal("9.99"), None]


def test_a_price_that_moved_meanwhile_is_shown_again(start, books):
    paperback, *_ = books
    action = start("change_prices", paperback.parent)
    action.press("plan", how="amount", value="1", types="paperback")
    record = stock_of(paperback)
    type(record).objects.filter(pk=record.pk).update(price=Decimal(30))

    action.press("write")

    assert "nothing was written" in action.text
    assert action.changes == [["1905 (Paperback)", "$30.00", "$31.00", ""]]
    assert price_of(paperback) == Decimal(30)
    action.press("write")
    assert price_of(paperback) == Decimal(31)


@pytest.mark.parametrize(
    ("how", "value", "error"),
    [
        ("percent", "", "This field is required."),
        ("percent", "0", "That changes nothing."),
        ("percent", "-100", "More than -100"),
        ("amount", "0.005", "The smallest step is 0.01 USD."),
        ("exact", "-1", "A price is at least 0.01 USD."),
    ],
)
def test_a_wrong_number_is_told_beside_the_field(start, books, how, value, error):
    action = start("change_prices", books[0].parent)

    action.press("plan", how=how, value=value)

    assert error in action.text
    assert not action.can_write


def test_copies_are_added_to_what_is_there_and_a_second_click_adds_none(start, books):
    paperback, _, unpriced = books
    action = start("add_copies", paperback.parent, unpriced.parent)
    fields = {f"copies-{stock_of(paperback).pk}": "5", "reason": "Delivery"}
    action.press("plan", **fields)

    assert action.changes == [["1905 (Paperback)", "10", "15", ""]]
    again = {**vars(action)}
    action.press("write")
    second = Action.__new__(Action)
    vars(second).update(again)
    second.press("write")

    assert stock_of(paperback).num_in_stock == 15
    change = StockChange.objects.filter(stock_record=stock_of(paperback)).latest("pk")
    assert (change.reason, change.by.email) == ("Delivery", "admin@example.com")
    assert "nothing was written" in second.text


def test_copies_that_orders_wait_for_are_not_taken_away(start, books):
    paperback, *_ = books
    record = stock_of(paperback)
    type(record).objects.filter(pk=record.pk).update(num_allocated=8)
    action = start("add_copies", paperback.parent)

    action.press("plan", **{f"copies-{record.pk}": "-3", "reason": "Damaged"})

    assert "8 promised to orders" in action.text
    assert not action.can_write


def test_a_reason_is_asked_for(start, books):
    action = start("add_copies", books[0].parent)

    action.press("plan", **{f"copies-{stock_of(books[0]).pk}": "5"})

    assert "Say why, such as delivery or damaged." in action.text


def test_no_number_of_copies_is_asked_for_again(start, books):
    action = start("add_copies", books[0].parent)

    action.press("plan", reason="Delivery")

    assert "Give the number of copies for one edition at least." in action.text


def test_books_are_hidden_and_shown_again_at_once(start, client):
    seen = make_edition(title="1905").parent
    later = make_edition(
        make_work("Stalin", announced_at=timezone.now() + timedelta(days=9))
    ).parent
    action = start("hide", seen, later)

    assert [row[:3] for row in action.changes] == [
        ["1905", "Seen by readers", "Hidden"],
        ["Stalin", "Hidden", "Hidden"],
    ]
    assert client.get(seen.get_absolute_url()).status_code == 200
    action.press("write")
    assert client.get(seen.get_absolute_url()).status_code == 404

    start("publish", seen, later).press("write")

    for work in (seen, later):
        assert client.get(work.get_absolute_url()).status_code == 200


def test_a_book_without_a_shown_edition_is_said_to_stay_hidden(start):
    action = start("publish", make_work("Alone"))

    assert "Stays hidden until an edition is shown." in action.text


def test_who_may_only_look_is_offered_no_action(client, books):
    looker = get_user_model().objects.create_user("looker@example.org", "x")
    looker.is_staff = True
    looker.save()
    looker.user_permissions.add(Permission.objects.get(codename="view_product"))
    client.force_login(looker)

    page = client.get(LIST).text
    sent = {"action": "hide", "_selected_action": [books[0].parent_id], "step": "write"}
    client.post(LIST, sent)

    assert "Hide from readers" not in page
    assert Product.objects.get(pk=books[0].parent_id).is_public


def test_nothing_can_be_deleted_from_the_list(admin_client, books):
    assert "delete_selected" not in admin_client.get(LIST).text


@pytest.mark.parametrize("number", [1, 20])
def test_showing_the_changes_costs_the_same_for_many_books(
    admin_client, number, django_assert_max_num_queries
):
    works = [make_edition(title=f"Book {serial}").parent for serial in range(number)]
    sent = {"action": "change_prices", "_selected_action": [work.pk for work in works]}
    sent |= {"step": "plan", "how": "percent", "value": "10"}

    with django_assert_max_num_queries(12):
        assert "Nothing is written yet" in admin_client.post(LIST, sent).text
