from decimal import Decimal

import pytest
from django.contrib.auth import get_user_model
from oscar.core.loading import get_model

from catalog.models import Product
from catalog.pricing.models import StockRecord
from checkout import numbers, placing
from checkout.placing import AlreadyPlaced, Changed, Shipping, Shown, SoldOut
from tests.books import make_edition, stock_of
from tests.checkout.conftest import POST, afresh

pytestmark = pytest.mark.django_db

Order = get_model("order", "Order")


@pytest.fixture
def my_life():
    return make_edition(title="My Life", price="24.95", copies=3)


def test_an_order_holds_what_was_bought_and_for_whom(place, my_life, now):
    order = place((my_life, 2))

    line = order.lines.get()
    assert (line.title, line.quantity, line.num_allocated) == ("My Life", 2, 2)
    assert (order.total_incl_tax, order.shipping_incl_tax) == (Decimal("54.40"), POST.price)
    assert (order.shipping_code, order.shipping_method) == ("post", "By post")
    assert (order.status, order.currency) == ("Pending payment", "USD")
    assert (order.guest_email, order.user) == ("ada@example.com", None)
    assert (order.shipping_address.line1, order.date_placed) == ("1 Library Lane", now)
    assert order.basket.status == "Submitted"
    assert stock_of(my_life).num_allocated == 2


def test_an_order_of_an_account_keeps_the_address_it_was_confirmed_to(place, my_life):
    user = get_user_model().objects.create_user(email="account@example.com")

    order = place(my_life, user=user, email="ada@example.com")

    assert (order.user, order.guest_email) == (user, "ada@example.com")


def test_only_the_paperback_of_a_mixed_order_takes_a_copy(place, my_life):
    ebook = make_edition(title="E-book", type="epub", price="9.95")

    order = place(my_life, ebook)

    assert [line.num_allocated for line in order.lines.all()] == [1, 0]
    assert stock_of(ebook).num_allocated is None


def test_e_books_alone_need_no_parcel(place):
    order = place(make_edition(type="epub", price="9.95"))

    assert (order.shipping_address, order.total_incl_tax) == (None, Decimal("9.95"))


def test_a_book_that_is_not_out_yet_takes_no_copy(place):
    forthcoming = make_edition(status=Product.Status.FORTHCOMING, copies=0)

    order = place(forthcoming)

    assert order.lines.get().num_allocated == 0


def test_a_second_post_finds_the_order_of_the_first(place, fill, my_life):
    basket = fill(my_life)
    order = place(basket=afresh(basket))

    with pytest.raises(AlreadyPlaced) as already:
        place(basket=basket)

    assert already.value.order == order
    assert Order.objects.count() == 1


def test_a_second_post_finds_it_from_the_new_basket_too(place, fill, my_life):
    basket = fill(my_life)
    order = place(basket=basket)

    with pytest.raises(AlreadyPlaced) as already:
        place(basket=fill(), shown=Shown.of(basket, POST))

    assert already.value.order == order


def test_another_readers_basket_cannot_be_ordered(place, fill, my_life):
    stranger = get_user_model().objects.create_user(email="eve@example.com")
    basket = fill(my_life)
    place(basket=basket)

    with pytest.raises(Changed):
        place(basket=fill(), user=stranger, shown=Shown.of(basket, POST))


def test_a_price_that_changed_since_the_review_is_named(place, fill, my_life):
    basket = fill(my_life)
    shown = Shown.of(afresh(basket), POST)
    StockRecord.objects.filter(product=my_life).update(price=Decimal("26.95"))

    with pytest.raises(Changed) as changed:
        place(basket=afresh(basket), shown=shown)

    assert changed.value.differences == ["My Life now costs $26.95 (it was $24.95)."]
    assert not Order.objects.exists()


def test_the_price_counts_that_is_true_when_the_order_is_placed(place, fill, my_life):
    """The basket was loaded before the price changed; what it remembers is not believed."""
    basket = fill(my_life)
    shown = Shown.of(basket, POST)
    StockRecord.objects.filter(product=my_life).update(price=Decimal("26.95"))

    with pytest.raises(Changed):
        place(basket=basket, shown=shown)


def test_all_that_changed_in_another_window_is_named(place, fill, my_life):
    sequel = make_edition(title="The Sequel")
    third = make_edition(title="The Third")
    basket = fill(my_life, sequel)
    shown = Shown.of(basket, POST)
    changed_basket = afresh(basket)
    changed_basket.add_product(my_life, 1)
    changed_basket.add_product(third, 1)
    changed_basket.lines.filter(product=sequel).delete()

    with pytest.raises(Changed) as changed:
        place(basket=afresh(basket), shown=shown)

    assert sorted(changed.value.differences) == [
        "The Sequel is no longer in your basket.",
        "The Third was added to your basket.",
        "The number of copies of My Life is now 2 (it was 1).",
    ]


def test_shipping_that_became_dearer_is_named(place, fill, my_life):
    basket = fill(my_life)
    dearer = Shipping("post", "By post", Decimal("6.00"))

    with pytest.raises(Changed) as changed:
        place(basket=basket, shipping=dearer, shown=Shown.of(basket, POST))

    assert changed.value.differences == ["Shipping now costs $6.00 (it was $4.50)."]


def test_what_was_shown_travels_through_the_form(fill, my_life):
    shown = Shown.of(fill((my_life, 2)), POST)

    assert Shown.read(shown.digest()) == shown


def test_what_was_shown_cannot_be_forged(fill, my_life):
    digest = Shown.of(fill(my_life), POST).digest()

    with pytest.raises(Changed, match="check your order"):
        Shown.read(digest[:-1] + ("A" if digest[-1] != "A" else "B"))


def test_a_book_sold_out_since_the_review_is_named(place, fill, my_life):
    basket = fill((my_life, 3))
    place(my_life)

    with pytest.raises(SoldOut) as sold_out:
        place(basket=basket)

    assert sold_out.value.reasons == ["My Life cannot be ordered: only 2 left."]
    assert Order.objects.count() == 1


def test_a_copy_sold_at_the_last_moment_leaves_nothing_behind(place, my_life, monkeypatch):
    """The check has passed; another reader is faster with the claim."""
    monkeypatch.setattr(placing, "_objections", lambda _line: [])
    StockRecord.objects.filter(product=my_life).update(num_allocated=3)

    with pytest.raises(SoldOut, match="My Life was sold to another reader a moment ago"):
        place(my_life)

    assert not Order.objects.exists()
    assert not get_model("order", "ShippingAddress").objects.exists()


def test_a_withdrawn_book_cannot_be_ordered(place, fill, my_life):
    basket = fill(my_life)
    Product.objects.filter(pk=my_life.pk).update(status=Product.Status.WITHDRAWN)

    with pytest.raises(SoldOut, match="My Life cannot be ordered: no longer sold"):
        place(basket=afresh(basket))


def test_an_empty_basket_is_no_order(place, fill):
    with pytest.raises(Changed, match="empty"):
        place(basket=fill())


def test_order_numbers_tell_nothing(place):
    edition = make_edition(copies=20)

    orders = [place(edition).number for _ in range(10)]

    assert len(set(orders)) == 10
    assert orders != sorted(orders)
    assert all(set(number) <= {*numbers.ALPHABET, "-"} for number in orders)
    assert [len(part) for part in orders[0].split("-")] == [4, 4, 2]


def test_a_number_that_is_taken_is_not_used_again(place, my_life, monkeypatch):
    taken = place(my_life).number
    fresh = iter([taken, taken, "3333-3333-33"])
    monkeypatch.setattr(placing, "new_number", lambda: next(fresh))

    assert place(my_life).number == "3333-3333-33"


@pytest.mark.parametrize("books", [1, 10])
def test_placing_costs_the_same_reads_however_many_books(
    place, fill, books, django_assert_max_num_queries
):
    basket = fill(*[make_edition(title=f"Book {n}") for n in range(books)])

    # Oscar writes two rows a line; stock takes one update a line.
    with django_assert_max_num_queries(30 + 4 * books):
        place(basket=basket)
