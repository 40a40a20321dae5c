"""Price and stock in the admin: what moved meanwhile is kept, what was sold stays."""

import re
from decimal import Decimal
from threading import Thread

import pytest
from django.db import connection
from django.urls import reverse
from oscar.core.loading import get_model

from catalog.models import Product
from catalog.pricing import stock as pricing_stock
from catalog.pricing.models import StockRecord
from checkout import stock
from tests.books import make_edition, make_work, stock_of
from tests.editor import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def paperback():
    return make_edition(make_work("My Life"), price="24.95", copies=10)


@pytest.fixture
def open_work(admin_client):
    def open_work(work):
        return Page(admin_client, reverse("admin:catalogue_product_change", args=[work.pk]))

    return open_work


def sell(edition, copies=1):
    """Put copies into an order that waits for its payment."""
    record = stock_of(edition)
    type(record).objects.filter(pk=record.pk).update(num_allocated=copies)
    order = get_model("order", "Order").objects.create(
        number="1", currency="USD", total_incl_tax=1, total_excl_tax=1
    )
    return get_model("order", "Line").objects.create(
        order=order,
        product=edition,
        stockrecord=record,
        title=edition.title,
        quantity=copies,
        num_allocated=copies,
        line_price_incl_tax=1,
        line_price_excl_tax=1,
        line_price_before_discounts_incl_tax=1,
        line_price_before_discounts_excl_tax=1,
    )


def test_a_price_that_an_import_set_meanwhile_is_kept(open_work, paperback):
    page = open_work(paperback.parent)
    type(stock_of(paperback)).objects.update(price=Decimal("30.00"))
    page["children-0-pages"] = "500"

    page.save()

    paperback.refresh_from_db()
    assert (stock_of(paperback).price, paperback.pages) == (Decimal("30.00"), 500)


def test_a_price_that_an_import_set_meanwhile_is_not_written_over(open_work, paperback):
    page = open_work(paperback.parent)
    type(stock_of(paperback)).objects.update(price=Decimal("30.00"))
    page["children-0-price"] = "26.00"

    refused = page.save().errors
    kept = stock_of(paperback).price
    page.save()

    assert "set to 30.00 meanwhile" in refused["children-0-price"][0]
    assert (kept, stock_of(paperback).price) == (Decimal("30.00"), Decimal("26.00"))


def test_adding_copies_while_one_goes_out_keeps_both_changes(open_work, paperback):
    page = open_work(paperback.parent)
    type(stock_of(paperback)).objects.update(num_in_stock=9)
    page["children-0-added"], page["children-0-reason"] = "5", "Delivery"

    page.save()

    assert (page.errors, stock_of(paperback).num_in_stock) == ({}, 14)


def test_saving_a_page_after_a_copy_went_out_does_not_bring_it_back(open_work, paperback):
    page = open_work(paperback.parent)
    type(stock_of(paperback)).objects.update(num_in_stock=9, num_allocated=1)
    page["title"] = "My Life, Newly Told"

    page.save()

    record = stock_of(paperback)
    assert (record.num_in_stock, record.num_allocated) == (9, 1)


def test_fewer_copies_than_are_promised_are_refused(open_work, paperback):
    sell(paperback, copies=3)
    page = open_work(paperback.parent)
    page["children-0-added"], page["children-0-reason"] = "-8", "Damaged"

    page.save()

    assert page.errors == {
        "children-0-added": [
            "3 copies are promised to orders and there are 10 now: "
            "there cannot be fewer than that."
        ]
    }
    assert (page["children-0-added"], page["children-0-reason"]) == ("-8", "Damaged")
    assert stock_of(paperback).num_in_stock == 10


def test_copies_change_for_a_reason(open_work, paperback):
    page = open_work(paperback.parent)
    page["children-0-added"] = "5"

    assert page.save().errors == {
        "children-0-reason": ["Say why, such as delivery or damaged."]
    }
    assert stock_of(paperback).num_in_stock == 10


def test_what_was_sold_is_not_deleted(open_work, admin_client, paperback):
    make_edition(paperback.parent, type="hardcover")
    sell(paperback)
    page = open_work(paperback.parent)
    delete = reverse("admin:catalogue_product_delete", args=[paperback.parent.pk])

    assert "Sold: cannot be deleted" in page.text
    assert "This book was sold, so it cannot be deleted" in page.text
    assert delete not in page.text
    assert admin_client.post(delete, {"post": "yes"}).status_code == 403
    page["children-0-DELETE"] = page["children-1-DELETE"] = "on"
    page.save()
    assert list(paperback.parent.children.all()) == [paperback]


def test_what_was_never_sold_is_deleted_after_a_plain_question(admin_client, paperback):
    work = paperback.parent
    get_model("catalogue", "ProductRecommendation").objects.create(
        primary=work, recommendation=make_work("Another")
    )
    delete = reverse("admin:catalogue_product_delete", args=[work.pk])

    asked = admin_client.get(delete).text
    admin_client.post(delete, {"post": "yes"})

    assert "My Life (Paperback)" in asked
    assert not re.search(r"object \(\d+\)|productcategory", asked)
    assert not Product.objects.filter(pk=work.pk).exists()


@pytest.fixture
def sell_between(monkeypatch, paperback):
    """A buyer who claims ten copies after the change is checked, before it is saved."""
    outcome = []

    def buy():
        try:
            stock.claim_copies(quantities={stock_of(paperback).pk: 10})
            outcome.append("bought")
        except stock.SoldOut:
            outcome.append("sold out")
        finally:
            connection.close()

    def install(lock):
        def lock_then_sell(keys):
            found = lock(keys)
            if not buyer.ident:
                buyer.start()
                buyer.join(timeout=0.5)
            return found

        monkeypatch.setattr(pricing_stock, "lock", lock_then_sell)

    def result():
        buyer.join(timeout=5)
        return outcome

    buyer = Thread(target=buy)
    yield install, result
    result()


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_change_comes_too_late(open_work, paperback, sell_between):
    """The control: the guarded UPDATE refuses, but there is no page left to say so on."""
    install, result = sell_between
    install(lambda keys: {r.pk: r for r in StockRecord.objects.filter(pk__in=list(keys))})
    page = open_work(paperback.parent)
    page["children-0-added"], page["children-0-reason"] = "-10", "Lost"

    with pytest.raises(pricing_stock.Promised):
        page.save()

    record = stock_of(paperback)
    assert (result(), record.num_in_stock, record.num_allocated) == (["bought"], 10, 10)


@pytest.mark.django_db(transaction=True)
def test_a_buyer_waits_for_the_change(open_work, paperback, sell_between):
    install, result = sell_between
    install(pricing_stock.lock)
    page = open_work(paperback.parent)
    page["children-0-added"], page["children-0-reason"] = "-10", "Lost"

    page.save()

    bought = result()
    record = stock_of(paperback)
    assert (bought, record.num_in_stock, record.num_allocated or 0) == (["sold out"], 0, 0)
