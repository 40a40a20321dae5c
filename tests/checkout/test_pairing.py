"""What readers bought both of, counted from paid orders."""

from io import StringIO

import pytest
from django.core.management import call_command

from catalog.models import WorkPair
from checkout import pairing, payments, refunds
from tests.books import make_edition

pytestmark = pytest.mark.django_db


@pytest.fixture
def buy(place, begin, pay, now):
    """Let a reader pay for books."""

    def buy(reader, *editions):
        order = place(*editions, email=f"{reader}@example.com")
        attempt = begin(order)
        pay(attempt)
        payments.sync(attempt=attempt, now=now)
        return order

    return buy


@pytest.fixture(autouse=True)
def two_will_do(settings):
    settings.BOUGHT_TOGETHER_MINIMUM = 2


def pairs():
    pairing.count_pairs()
    rows = WorkPair.objects.order_by("work__title", "other__title")
    return list(rows.values_list("work__title", "other__title", "readers"))


@pytest.fixture
def one(db):
    return make_edition(title="1905")


@pytest.fixture
def other(db):
    return make_edition(title="My Life")


def test_a_pair_stands_once_enough_readers_bought_both(buy, one, other):
    buy("ada", one, other)
    assert pairs() == []

    buy("bob", one, other)

    assert pairs() == [("1905", "My Life", 2), ("My Life", "1905", 2)]


def test_a_reader_counts_once_however_often_and_in_however_many_orders(buy, one, other):
    buy("ada", one)
    buy("Ada", other)
    buy("ada", one, other)
    assert pairs() == []

    buy("bob", one, other)

    assert pairs() == [("1905", "My Life", 2), ("My Life", "1905", 2)]


def test_works_are_counted_and_not_editions(buy, one, other):
    buy("ada", one, make_edition(other.parent, type="epub"))
    buy("bob", make_edition(one.parent, type="hardcover"), other)

    assert pairs() == [("1905", "My Life", 2), ("My Life", "1905", 2)]


def test_two_editions_of_one_work_are_no_pair(buy, one):
    epub = make_edition(one.parent, type="epub")
    buy("ada", one, epub)
    buy("bob", one, epub)

    assert pairs() == []


def test_orders_that_were_not_paid_do_not_count(buy, place, one, other):
    buy("ada", one, other)
    place(one, other, email="bob@example.com")

    assert pairs() == []


def test_refunded_copies_do_not_count(buy, one, other, now):
    buy("ada", one, other)
    order = buy("bob", one, other)
    line = order.lines.get(product=one)
    refunds.ask(
        order=order,
        amount=100,
        reason="staff",
        copies={line.pk: 1},
        form_key="6b1f7c1e-54b5-4f3e-9a52-8f4b4a0f7a11",
        now=now,
    )

    assert pairs() == []


def test_who_buys_everything_says_nothing(buy, one, other, monkeypatch):
    monkeypatch.setattr(pairing, "MOST_WORKS_A_READER", 2)
    buy("ada", one, other)
    buy("library", one, other, make_edition(title="Stalin"))

    assert pairs() == []


def test_what_no_longer_holds_is_forgotten_and_the_command_says_how_many(buy, one, other):
    buy("ada", one, other)
    buy("bob", one, other)
    pairing.count_pairs()
    WorkPair.objects.create(work=one.parent, other=make_edition().parent, readers=9)
    said = StringIO()

    call_command("count_pairs", stdout=said)

    assert said.getvalue() == "2 pairs, each counted from either work\n"
    assert WorkPair.objects.count() == 2
