"""Price and stock change for a reason, and every change is on record."""

from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from catalog.pricing import history, stock
from catalog.pricing.models import StockChange, StockRecord
from checkout import stock as promises
from tests.books import make_edition, make_work, stock_of
from tests.editor import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def paperback():
    return make_edition(make_work("My Life"), price="24.95", copies=10)


@pytest.fixture
def ada():
    return get_user_model().objects.create_user("ada@example.org", "irrelevant")


@pytest.fixture
def open_stock(admin_client):
    def open_stock(edition):
        key = stock_of(edition).pk
        return Page(admin_client, reverse("admin:partner_stockrecord_change", args=[key]))

    return open_stock


def changes(edition):
    """What is on record of an edition after its first row, newest first."""
    return list(StockChange.objects.filter(stock_record__product=edition))[:-1]


def change(edition, **how):
    return stock.change_copies(
        stock_record=stock_of(edition).pk, **{"reason": "Delivery", **how}
    )


def test_copies_are_added_and_taken(paperback, ada):
    moved = [change(paperback, added=20, by=ada), change(paperback, added=-3, reason="Damaged")]

    assert [(each.was, each.now) for each in moved] == [(10, 30), (30, 27)]
    assert [(each.difference, each.reason, each.by) for each in changes(paperback)] == [
        ("-3", "Damaged", None),
        ("+20", "Delivery", ada),
    ]


def test_a_count_becomes_a_difference(paperback):
    moved = change(paperback, counted=7, reason="Stock-take")

    assert (moved.difference, stock_of(paperback).num_in_stock) == (-3, 7)


def test_a_count_that_is_right_leaves_no_trace(paperback):
    assert change(paperback, counted=10).difference == 0
    assert changes(paperback) == []


@pytest.mark.parametrize("how", [{"added": -8}, {"counted": 2}])
def test_what_is_promised_stays_and_the_refusal_says_how_much(paperback, how):
    promises.claim_copies(quantities={stock_of(paperback).pk: 3})

    with pytest.raises(stock.Promised, match=r"3 copies are promised .* there are 10"):
        change(paperback, **how)

    assert stock_of(paperback).num_in_stock == 10
    assert changes(paperback) == []


def test_no_more_copies_are_taken_than_there_are(paperback):
    with pytest.raises(stock.Refused, match="only 10 copies"):
        change(paperback, added=-11)


def test_an_e_book_has_no_copies():
    with pytest.raises(stock.Refused, match="An e-book has no copies"):
        change(make_edition(type="epub"), added=1)


@pytest.mark.django_db(transaction=True)
def test_a_count_and_deliveries_at_the_same_moment_all_hold(paperback):
    """Whatever the order: the count is 50 when it is made, and each delivery adds five."""
    start = Barrier(4)
    key = stock_of(paperback).pk

    def meanwhile(**how):
        try:
            start.wait(5)
            stock.change_copies(stock_record=key, reason="", **how)
        finally:
            connection.close()

    threads = [Thread(target=meanwhile, kwargs={"added": 5}) for _ in range(3)]
    threads.append(Thread(target=meanwhile, kwargs={"counted": 50}))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    steps = changes(paperback)
    assert len(steps) == 4
    chain = [10, *(step.copies_to for step in reversed(steps))]
    assert [step.copies_from for step in reversed(steps)] == chain[:-1]
    counted = next(n for n, step in enumerate(steps) if step.difference != "+5")
    assert stock_of(paperback).num_in_stock == 50 + 5 * counted


def test_every_statement_is_on_record_whoever_writes_it(paperback):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE partner_stockrecord SET price = 1, num_in_stock = 99")

    (written,) = changes(paperback)
    assert (written.price_from, written.price_to) == (Decimal("24.95"), Decimal("1.00"))
    assert (written.copies_from, written.copies_to) == (10, 99)
    assert (written.by, written.reason) == (None, "")


def test_nothing_is_promised_of_what_is_not_counted(paperback):
    with pytest.raises(IntegrityError), transaction.atomic():
        StockRecord.objects.update(num_in_stock=None, num_allocated=1)


def test_a_promise_is_no_change_of_the_stock(paperback):
    promises.claim_copies(quantities={stock_of(paperback).pk: 3})

    assert changes(paperback) == []


def test_a_reason_holds_for_its_block_only(paperback, ada):
    records = StockRecord.objects.filter(product=paperback)
    with history.because("outer", by=ada):
        with history.because("inner"):
            records.update(num_in_stock=1)
        records.update(num_in_stock=2)
        with pytest.raises(IntegrityError), history.because("failed"):
            records.update(num_in_stock=5, num_allocated=6)
        records.update(num_in_stock=3)
    records.update(num_in_stock=4)

    told = [(each.copies_to, each.reason, each.by) for each in changes(paperback)]
    assert told == [(4, "", None), (3, "outer", ada), (2, "outer", ada), (1, "inner", None)]


@pytest.mark.django_db(transaction=True)
def test_a_reason_ends_with_its_transaction(paperback):
    records = StockRecord.objects.filter(product=paperback)
    with history.because("Delivery"):
        records.update(num_in_stock=1)
    with history.throughout("ONIX import of spring.xml"):
        records.update(num_in_stock=2)
        with transaction.atomic():
            records.update(num_in_stock=3)
    records.update(num_in_stock=4)

    assert [each.reason for each in changes(paperback)] == [
        "",
        "ONIX import of spring.xml",
        "ONIX import of spring.xml",
        "Delivery",
    ]


def test_a_price_is_set_only_over_the_one_that_was_shown(paperback):
    key = stock_of(paperback).pk
    shown = Decimal("24.95")
    stock.set_price(stock_record=key, price=Decimal("30.00"), shown=shown)

    with pytest.raises(stock.PriceMoved, match=r"set to 30\.00 meanwhile"):
        stock.set_price(stock_record=key, price=Decimal("20.00"), shown=shown)

    assert stock_of(paperback).price == Decimal("30.00")


def test_staff_enter_a_delivery_and_read_it_in_the_history(open_stock, paperback):
    page = open_stock(paperback)
    page["added"], page["reason"] = "20", "Delivery from the printer"

    page.save()

    assert page.messages[0] == "There were 10 copies and are 30 now (+20)."
    (row,) = [
        row.text_content()
        for row in page.tree.xpath("//tbody/tr")
        if "+20" in row.text_content()
    ]
    assert "admin@example.com" in row
    assert "Delivery from the printer" in row


def test_staff_enter_a_stock_take(open_stock, paperback):
    page = open_stock(paperback)
    page["counted"] = "7"
    StockRecord.objects.filter(product=paperback).update(num_in_stock=9)

    page.save()

    assert page.messages[0] == "There were 9 copies and are 7 now (-2)."
    assert changes(paperback)[0].reason == "Stock-take"


@pytest.mark.parametrize(
    ("entered", "place", "message"),
    [
        ({"added": "5"}, "reason", "Say why"),
        ({"added": "5", "counted": "3", "reason": "Delivery"}, "counted", "not both"),
        ({"added": "-8", "reason": "Lost"}, "added", "3 copies are promised"),
        ({"counted": "2"}, "counted", "3 copies are promised"),
        ({"added": "many", "reason": "Lost"}, "added", "Enter a whole number"),
        ({"new_price": "-1"}, "new_price", "greater than or equal"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_kept(
    open_stock, paperback, entered, place, message
):
    promises.claim_copies(quantities={stock_of(paperback).pk: 3})
    page = open_stock(paperback)
    for name, value in entered.items():
        page[name] = value

    page.save()

    assert list(page.errors) == [place]
    assert message in page.errors[place][0]
    assert {name: page[name] for name in entered} == entered
    assert changes(paperback) == []


def test_a_price_is_restored_after_a_question(open_stock, admin_client, paperback):
    page = open_stock(paperback)
    page["new_price"] = "2.49"
    page.save()
    (link,) = [a for a in page.tree.xpath("//a") if a.text_content() == "Restore USD 24.95"]

    asked = admin_client.get(link.get("href"))
    priced = stock_of(paperback).price
    answer = admin_client.post(link.get("href"), {"shown": "2.49"}, follow=True)

    assert "It will cost <strong>USD 24.95</strong> again" in asked.text
    assert (priced, stock_of(paperback).price) == (Decimal("2.49"), Decimal("24.95"))
    assert "The price is 24.95 again." in answer.text
    assert changes(paperback)[0].reason.startswith("Restored as before ")


def test_a_price_that_moved_meanwhile_is_not_restored_over(open_stock, admin_client, paperback):
    stock.set_price(
        stock_record=stock_of(paperback).pk, price=Decimal(3), shown=Decimal("24.95")
    )
    key, past = stock_of(paperback).pk, changes(paperback)[0].pk
    url = reverse("admin:partner_stockrecord_restore", args=[key, past])

    answer = admin_client.post(url, {"shown": "2.49"}, follow=True)

    assert "set to 3.00 meanwhile" in answer.text
    assert stock_of(paperback).price == Decimal("3.00")


def test_the_history_is_read_page_by_page(open_stock, admin_client, paperback):
    for copies in range(30):
        change(paperback, added=1, reason=f"Delivery {copies}.")
    url = open_stock(paperback).url

    first, second = admin_client.get(url).text, admin_client.get(url, {"page": 2}).text

    assert "Page 1 of 2" in first
    assert ("Delivery 29." in first, "Delivery 2." in first) == (True, False)
    assert "Delivery 2." in second


def test_who_may_only_look_changes_nothing(client, ada, paperback):
    ada.is_staff = True
    ada.save()
    ada.user_permissions.add(Permission.objects.get(codename="view_stockrecord"))
    client.force_login(ada)
    stock.set_price(
        stock_record=stock_of(paperback).pk, price=Decimal(3), shown=Decimal("24.95")
    )
    key = stock_of(paperback).pk
    page = reverse("admin:partner_stockrecord_change", args=[key])
    restore = reverse("admin:partner_stockrecord_restore", args=[key, changes(paperback)[0].pk])

    shown = client.get(page).text

    assert "USD 3.00" in shown
    assert "Restore USD" not in shown
    assert client.post(page, {"added": 5, "reason": "x"}).status_code == 403
    assert client.post(restore, {"shown": "3.00"}).status_code == 403
    assert stock_of(paperback).price == Decimal("3.00")


@pytest.mark.parametrize("editions", [1, 20])
def test_the_list_of_stock_costs_the_same_however_long(
    admin_client, editions, django_assert_max_num_queries
):
    for number in range(editions):
        make_edition(make_work(f"Book {number}"))

    with django_assert_max_num_queries(6):
        listed = admin_client.get(reverse("admin:partner_stockrecord_changelist"))

    assert f"{editions} price and stock" in listed.text


def test_an_edition_is_found_by_its_isbn(admin_client, paperback):
    make_edition(make_work("Another"))
    url = reverse("admin:partner_stockrecord_changelist")

    for words in (paperback.isbn, paperback.upc, paperback.upc[-5:], "my life"):
        listed = admin_client.get(url, {"q": words}).text
        assert ("My Life" in listed, "Another" in listed) == (True, False)


@pytest.mark.parametrize("shown", ["NaN", "Infinity", "1" * 400, "\0"])
def test_a_price_that_the_page_never_showed_restores_nothing(admin_client, shown):
    record = stock_of(make_edition(make_work("1905"), price="24.95"))
    stock.set_price(stock_record=record.pk, price=Decimal(30), shown=record.price)
    change = StockChange.objects.get(stock_record=record, price_to=30)

    admin_client.post(
        f"/admin/partner/stockrecord/{record.pk}/restore/{change.pk}/", {"shown": shown}
    )

    record.refresh_from_db()
    assert record.price == 30


def test_a_delivery_has_no_price_to_restore(admin_client):
    record = stock_of(make_edition(make_work("1905"), price="24.95"))
    stock.change_copies(stock_record=record.pk, added=5, reason="Delivery")
    change = StockChange.objects.get(stock_record=record, reason="Delivery")

    page = admin_client.get(f"/admin/partner/stockrecord/{record.pk}/restore/{change.pk}/")

    assert page.status_code == 404
